package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.RouteMessage;
import io.ipipou.netlink.route.FoundRoute;
import io.ipipou.netlink.route.RouteLookup;
import io.ipipou.netlink.route.RouteQuery;
import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Translates IPv4 routes between messages and the SPI. */
final class Routes {

    private static final Dump<RouteMessage> MAIN = ofTable(Route.TABLE_MAIN);

    /** The kernel walks every table for it, but sends only these. */
    private static final Dump<RouteMessage> OWN = new Dump<>(
            "routes",
            Request.dump(
                    RouteMessage.RTM_GETROUTE, RouteMessage.unicast(RouteMessage.ANY_TABLE, Route.PROTOCOL_IPIPOU)),
            RouteMessage::decode);

    /** No route, or one of type unreachable, prohibit or blackhole; or its link is down. */
    private static final Errno[] NO_ROUTE = {
        Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EACCES, Errno.EINVAL, Errno.ENETDOWN, Errno.ENODEV
    };

    private Routes() {}

    /** How the kernel sends packets; empty if it does not. */
    @SuppressWarnings("resource") // the connection is the caller's
    static Optional<RoutePath> path(NetlinkConnection rtnetlink, RouteQuery query) throws BackendException {
        Reply<FoundRoute> reply = Optional.ofNullable(
                        new RouteLookup(rtnetlink).find(List.of(query)).get(query))
                .orElseThrow();
        if (reply.ack().refused() && !reply.ack().is(NO_ROUTE)) {
            throw new BackendException("looking up a route", reply.ack().refusal());
        }
        return reply.value().flatMap(route -> route.source().map(source -> new RoutePath(route.device(), source)));
    }

    /** The routes that belong in the state. Those of the main table with ipipou's protocol are in both dumps. */
    static List<RouteMessage> dump(NetlinkConnection rtnetlink) throws BackendException {
        return Stream.concat(rtnetlink.dump(MAIN).stream(), rtnetlink.dump(OWN).stream())
                .filter(Routes::isRelevant)
                .toList();
    }

    /** All of one table. */
    static List<RouteMessage> dump(NetlinkConnection rtnetlink, int table) throws BackendException {
        return rtnetlink.dump(ofTable(table)).stream()
                .filter(route -> route.table() == table && isPlain(route))
                .toList();
    }

    /** ENOENT: there is no such table; a namespace that never had a route has no main table. */
    private static Dump<RouteMessage> ofTable(int table) {
        return new Dump<>(
                "routes",
                Request.dump(RouteMessage.RTM_GETROUTE, RouteMessage.unicast(table, RouteMessage.ANY_PROTOCOL)),
                RouteMessage::decode,
                Set.of(Errno.ENOENT));
    }

    /** The dumps ask for such routes only, but the kernel may send others too. */
    private static boolean isRelevant(RouteMessage route) {
        return (route.table() == Route.TABLE_MAIN || route.protocol() == Route.PROTOCOL_IPIPOU) && isPlain(route);
    }

    private static boolean isPlain(RouteMessage route) {
        return route.type() == RouteMessage.RTN_UNICAST && route.tos() == 0;
    }

    /** @param device empty if the route's device index is 0 */
    static Route toState(RouteMessage route, Optional<LinkName> device) {
        return new Route(route.destination(), device, route.gateway(), route.metric(), route.protocol(), route.table());
    }

    static RouteMessage toMessage(Route route, int device) {
        return new RouteMessage(
                route.destination(),
                0,
                route.table(),
                route.protocol(),
                route.gateway().isPresent() ? RouteMessage.RT_SCOPE_UNIVERSE : RouteMessage.RT_SCOPE_LINK,
                RouteMessage.RTN_UNICAST,
                device,
                route.gateway(),
                route.metric());
    }
}
