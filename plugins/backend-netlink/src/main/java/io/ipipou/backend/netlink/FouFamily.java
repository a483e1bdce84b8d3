package io.ipipou.backend.netlink;

import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.IpipLink;
import java.util.Optional;

/** The number of the generic netlink family {@code fou}, looked up when a write needs it, at most once. */
final class FouFamily {

    private final NetlinkConnection generic;
    private Optional<Optional<Integer>> number = Optional.empty();

    FouFamily(NetlinkConnection generic) {
        this.generic = generic;
    }

    /** Loads the kernel's module if need be; empty where that cannot be. */
    Optional<Integer> number() throws BackendException {
        if (number.isEmpty()) {
            number = Optional.of(Listeners.loadFamily(generic));
        }
        return number.orElseThrow();
    }

    /** Whether the module that a link's encapsulation takes, if any, is there; the kernel does not load it by itself. */
    boolean serves(IpipLink link) throws BackendException {
        EncapType type = link.encap().type();
        return (type != EncapType.FOU && type != EncapType.GUE) || number().isPresent();
    }
}
