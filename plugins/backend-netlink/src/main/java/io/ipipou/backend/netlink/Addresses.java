package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.AddressMessage;
import io.ipipou.backend.netlink.message.RouteMessage;
import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;

/** Translates IPv4 addresses between messages and the SPI. */
final class Addresses {

    static final Dump<AddressMessage> ALL = new Dump<>(
            "addresses", Request.dump(AddressMessage.RTM_GETADDR, AddressMessage.ALL), AddressMessage::decode);

    private static final Ipv4Prefix LOOPBACK = Ipv4Prefix.of("127.0.0.0/8");

    private Addresses() {}

    static LinkAddress toState(AddressMessage address, LinkName link) {
        String label = address.label().isEmpty() ? link.value() : address.label();
        return new LinkAddress(link, address.local(), address.peer(), address.prefixLength(), label);
    }

    /** With the scope that {@code ip} would set. */
    static AddressMessage toMessage(LinkAddress address, int link) {
        return new AddressMessage(
                link,
                address.prefixLength(),
                scope(address.address()),
                address.address(),
                address.peer(),
                address.label());
    }

    private static int scope(Ipv4 address) {
        return LOOPBACK.contains(address) ? RouteMessage.RT_SCOPE_HOST : RouteMessage.RT_SCOPE_UNIVERSE;
    }
}
