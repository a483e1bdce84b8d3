package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.RouteMessage;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Route;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Operations on IPv4 routes. */
final class RouteWrites {

    private final LinkTable table;
    private final NetlinkConnection route;
    /** The main table's routes, of any scope, as our writes leave them; read when first needed. */
    private Optional<Set<RouteMessage>> present = Optional.empty();

    RouteWrites(LinkTable table, NetlinkConnection route) {
        this.table = table;
        this.route = route;
    }

    Step create(Operation operation) {
        return write(operation, Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_EXCL);
    }

    /** Replaces in place whatever has the key, so it is only sent when that is the route that was seen. */
    Step update(Operation operation) throws BackendException {
        Route before = (Route) operation.before().orElseThrow();
        Optional<RouteMessage> old = message(before).map(RouteWrites::anyScope).filter(present()::remove);
        if (old.isEmpty()) {
            return Step.refuse(operation, Errno.ESRCH, "the route that was to be changed is gone, or another is there");
        }
        return write(operation, Nlmsg.NLM_F_REPLACE);
    }

    /** To the kernel metric 0 in a deletion means any metric, so it is only sent when that very route is there. */
    Step delete(Operation operation) throws BackendException {
        Route before = (Route) operation.subject();
        Optional<RouteMessage> old = message(before).map(RouteWrites::anyScope).filter(present()::remove);
        if (old.isEmpty()) {
            return Step.done(operation);
        }
        Request request = Request.write(RouteMessage.RTM_DELROUTE, 0, old.orElseThrow());
        return Step.delete(operation, request, Errno.ESRCH, Errno.ENODEV);
    }

    private Step write(Operation operation, int flags) {
        Route after = (Route) operation.subject();
        Optional<RouteMessage> message = message(after);
        if (message.isEmpty()) {
            return Step.refuse(
                    operation,
                    Errno.ENODEV,
                    "there is no device " + after.device().orElseThrow());
        }
        present.ifPresent(routes -> routes.add(anyScope(message.orElseThrow())));
        return Step.send(operation, Request.write(RouteMessage.RTM_NEWROUTE, flags, message.orElseThrow()));
    }

    private Optional<RouteMessage> message(Route wanted) {
        return wanted.device().flatMap(table::index).map(device -> Routes.wanted(wanted, device));
    }

    private static RouteMessage anyScope(RouteMessage message) {
        return message.withScope(RouteMessage.RT_SCOPE_NOWHERE);
    }

    private Set<RouteMessage> present() throws BackendException {
        if (present.isEmpty()) {
            Set<RouteMessage> routes = new HashSet<>();
            for (RouteMessage message : route.dump(Routes.ALL)) {
                if (Routes.counts(message)) {
                    routes.add(anyScope(message));
                }
            }
            present = Optional.of(routes);
        }
        return present.orElseThrow();
    }
}
