package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.AddressMessage;
import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;

/** Translates IPv4 addresses between messages and the SPI. */
final class Addresses {

    static final Dump<AddressMessage> ALL = new Dump<>(
            "addresses", Request.dump(AddressMessage.RTM_GETADDR, AddressMessage.ALL), AddressMessage::decode);

    private Addresses() {}

    static LinkAddress toState(AddressMessage address, LinkName link) {
        String label = address.label().isEmpty() ? link.value() : address.label();
        return new LinkAddress(
                link,
                address.local(),
                address.peer(),
                address.prefixLength(),
                label,
                address.scope(),
                address.secondary());
    }

    static AddressMessage toMessage(LinkAddress address, int link) {
        return new AddressMessage(
                link,
                address.prefixLength(),
                address.scope(),
                false,
                address.address(),
                address.peer(),
                address.label());
    }
}
