package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.FouMessage;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.netlink.wire.GenlFamily;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.IpipLink;
import java.util.List;
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
            number = Optional.of(load());
        }
        return number.orElseThrow();
    }

    private Optional<Integer> load() throws BackendException {
        List<Request> request = List.of(GenlFamily.named(FouMessage.FAMILY));
        Reply<GenlFamily> reply = generic.get(request, GenlFamily::decode).get(0);
        if (reply.ack().refused() && !reply.ack().is(Errno.ENOENT)) {
            throw new BackendException(
                    "loading the kernel module fou", reply.ack().refusal());
        }
        return reply.value().map(GenlFamily::id);
    }

    /** Whether the module that the link's encapsulation needs, if any, is loaded; creating a link does not load it. */
    boolean supports(IpipLink link) throws BackendException {
        EncapType type = link.encap().type();
        return (type != EncapType.FOU && type != EncapType.GUE) || number().isPresent();
    }
}
