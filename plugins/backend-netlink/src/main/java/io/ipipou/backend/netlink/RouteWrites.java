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

/** Creates, updates and deletes IPv4 routes. */
final class RouteWrites {

    private final LinkTable table;
    private final NetlinkConnection rtnetlink;
    /** The routes of the state, with any scope, after the writes so far; read when first needed. */
    private Optional<Set<RouteMessage>> current = Optional.empty();

    RouteWrites(LinkTable table, NetlinkConnection rtnetlink) {
        this.table = table;
        this.rtnetlink = rtnetlink;
    }

    Step create(Operation operation) {
        return write(operation, Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_EXCL);
    }

    /** NLM_F_REPLACE replaces any route with the same key, so it is sent only if that is the expected one. */
    Step update(Operation operation) throws BackendException {
        Route before = (Route) operation.before().orElseThrow();
        Optional<RouteMessage> old = message(before).map(RouteWrites::anyScope).filter(current()::remove);
        if (old.isEmpty()) {
            return Step.refuse(operation, Errno.ESRCH, "the route no longer exists or was changed");
        }
        return write(operation, Nlmsg.NLM_F_REPLACE);
    }

    /** In a deletion metric 0 matches any metric, so it is sent only if exactly this route exists. */
    Step delete(Operation operation) throws BackendException {
        Route before = (Route) operation.subject();
        Optional<RouteMessage> old = message(before).map(RouteWrites::anyScope).filter(current()::remove);
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
                    operation, Errno.ENODEV, Links.noDevice(after.device().orElseThrow()));
        }
        current.ifPresent(routes -> routes.add(anyScope(message.orElseThrow())));
        return Step.send(operation, Request.write(RouteMessage.RTM_NEWROUTE, flags, message.orElseThrow()));
    }

    private Optional<RouteMessage> message(Route route) {
        return route.device().flatMap(table::index).map(device -> Routes.toMessage(route, device));
    }

    private static RouteMessage anyScope(RouteMessage message) {
        return message.withScope(RouteMessage.RT_SCOPE_NOWHERE);
    }

    private Set<RouteMessage> current() throws BackendException {
        if (current.isEmpty()) {
            Set<RouteMessage> routes = new HashSet<>();
            Routes.dump(rtnetlink).forEach(message -> routes.add(anyScope(message)));
            current = Optional.of(routes);
        }
        return current.orElseThrow();
    }
}
