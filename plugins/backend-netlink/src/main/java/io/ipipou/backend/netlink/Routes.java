package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.RouteMessage;
import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import java.util.Optional;
import java.util.Set;

/** Translates IPv4 routes between messages and the SPI. */
final class Routes {

    /** ENOENT: a namespace that never had a route has no main table. */
    static final Dump<RouteMessage> ALL = new Dump<>(
            "routes",
            Request.dump(RouteMessage.RTM_GETROUTE, RouteMessage.ALL),
            RouteMessage::decode,
            Set.of(Errno.ENOENT));

    private Routes() {}

    /** Whether the route belongs in the state. The dump asks for such routes only, but the kernel may send others too. */
    static boolean isRelevant(RouteMessage route) {
        return route.table() == RouteMessage.RT_TABLE_MAIN
                && route.type() == RouteMessage.RTN_UNICAST
                && route.tos() == 0;
    }

    /** @param device empty if the route's device index is 0 */
    static Route toState(RouteMessage route, Optional<LinkName> device) {
        return new Route(route.destination(), device, route.gateway(), route.metric(), route.protocol());
    }

    static RouteMessage toMessage(Route route, int device) {
        return new RouteMessage(
                route.destination(),
                0,
                RouteMessage.RT_TABLE_MAIN,
                route.protocol(),
                route.gateway().isPresent() ? RouteMessage.RT_SCOPE_UNIVERSE : RouteMessage.RT_SCOPE_LINK,
                RouteMessage.RTN_UNICAST,
                device,
                route.gateway(),
                route.metric());
    }
}
