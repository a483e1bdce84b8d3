package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.AddressMessage;
import io.ipipou.backend.netlink.message.FouMessage;
import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Translates FOU ports between messages and the SPI. */
final class Listeners {

    static final Refusal NO_MODULE =
            new Refusal(Errno.ENOENT, "the kernel could not load the module fou; try: modprobe fou");

    private Listeners() {}

    /** The IPv4 ports; none if the module is not loaded. Does not load it. */
    static List<FouMessage> dump(NetlinkConnection generic) throws BackendException {
        Optional<Integer> family = generic.findFamily(FouMessage.FAMILY);
        if (family.isEmpty()) {
            return List.of();
        }
        Request request = Request.dump(family.orElseThrow(), FouMessage.ALL);
        return generic.dump(new Dump<>("FOU ports", request, FouMessage::decode)).stream()
                .filter(port -> port.family() == AddressMessage.AF_INET && port.port() != 0)
                .toList();
    }

    static FouListener toState(FouMessage port, IntFunction<String> names) {
        return new FouListener(
                port.local(),
                port.port(),
                port.protocol(),
                port.type() == FouMessage.FOU_ENCAP_GUE,
                port.device() == 0 ? Optional.empty() : Optional.of(names.apply(port.device())),
                port.peerPort() == 0 ? Optional.empty() : Optional.of(new Endpoint(port.peer(), port.peerPort())));
    }

    static FouMessage toMessage(int command, FouListener listener, int device) {
        return new FouMessage(
                command,
                AddressMessage.AF_INET,
                listener.port(),
                listener.protocol(),
                listener.gue() ? FouMessage.FOU_ENCAP_GUE : FouMessage.FOU_ENCAP_DIRECT,
                listener.local(),
                device,
                listener.peer().map(Endpoint::address).orElse(Ipv4.ANY),
                listener.peer().map(Endpoint::port).orElse(0));
    }

    /** The N of {@code ifN}; empty for any other name. */
    static Optional<Integer> indexIn(String name) {
        return name.matches("if[1-9][0-9]{0,8}") ? Optional.of(Integer.parseInt(name.substring(2))) : Optional.empty();
    }
}
