package io.ipipou.backend.netlink;

import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.IpipLink;
import java.util.Optional;

/** The number of the generic netlink family {@code fou}, looked up at most once, when a write first needs it. */
final class FouFamily {

    private final NetlinkConnection generic;
    private Optional<Optional<Integer>> number = Optional.empty();

    FouFamily(NetlinkConnection generic) {
        this.generic = generic;
    }

    /** Loads the kernel module if needed; empty if that fails. */
    Optional<Integer> number() throws BackendException {
        if (number.isEmpty()) {
            number = Optional.of(Listeners.loadFamily(generic));
        }
        return number.orElseThrow();
    }

    /** Whether the module that the link's encapsulation needs, if any, is loaded; creating a link does not load it. */
    boolean supports(IpipLink link) throws BackendException {
        EncapType type = link.encap().type();
        return (type != EncapType.FOU && type != EncapType.GUE) || number().isPresent();
    }
}
