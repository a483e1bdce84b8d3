package io.ipipou.netlink.route;

import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.netlink.socket.KernelSocket;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.socket.NetlinkSocket;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Asks the kernel how it would send packets, with its rules, tables and what it learnt of paths. Only reads, and needs no
 * privilege. For one thread.
 */
public final class RouteLookup implements AutoCloseable {

    private static final int PER_SEND = 32;
    private static final Dump<RouteMessages.Link> LINKS =
            new Dump<>("links", RouteMessages.links(), RouteMessages.Link::decode);

    private final NetlinkConnection rtnetlink;
    private final Map<Integer, LinkName> names;
    private final Map<LinkName, Integer> indexes;

    /** @param socket closed with this */
    RouteLookup(NetlinkSocket socket) throws BackendException {
        this(new NetlinkConnection(socket));
    }

    /** @param rtnetlink closed with this */
    public RouteLookup(NetlinkConnection rtnetlink) throws BackendException {
        this.rtnetlink = rtnetlink;
        List<RouteMessages.Link> links = rtnetlink.dump(LINKS);
        names = links.stream().collect(Collectors.toMap(RouteMessages.Link::index, RouteMessages.Link::name));
        indexes = links.stream().collect(Collectors.toMap(RouteMessages.Link::name, RouteMessages.Link::index));
    }

    /** In the network namespace of the calling thread. */
    public static RouteLookup open() throws BackendException {
        try {
            return new RouteLookup(KernelSocket.open(KernelSocket.NETLINK_ROUTE));
        } catch (ErrnoException e) {
            throw e.during("opening a netlink socket");
        }
    }

    /** The index of every link. */
    public Map<LinkName, Integer> indexes() {
        return indexes;
    }

    /** For each query the route, or the kernel's error, such as ENETUNREACH. */
    public Map<RouteQuery, Reply<FoundRoute>> find(Collection<RouteQuery> queries) throws BackendException {
        Map<RouteQuery, Reply<FoundRoute>> found = new LinkedHashMap<>();
        List<RouteQuery> known = new ArrayList<>();
        for (RouteQuery query : queries) {
            if (query.device().filter(device -> !indexes.containsKey(device)).isPresent()) {
                found.put(query, new Reply<>(new Ack(Errno.ENODEV.number(), ""), Optional.empty()));
            } else {
                known.add(query);
            }
        }
        List<Reply<RouteMessages.Route>> routes = send(known, 0);
        List<Reply<RouteMessages.Route>> inTables = send(known, RouteMessages.RTM_F_FIB_MATCH);
        for (int i = 0; i < known.size(); i++) {
            boolean assumed = known.get(i).device().isPresent()
                    && inTables.get(i).ack().is(Errno.EHOSTUNREACH, Errno.ENETUNREACH);
            found.put(known.get(i), reply(routes.get(i), assumed));
        }
        return found;
    }

    private List<Reply<RouteMessages.Route>> send(List<RouteQuery> queries, int flags) throws BackendException {
        List<Reply<RouteMessages.Route>> replies = new ArrayList<>();
        for (int first = 0; first < queries.size(); first += PER_SEND) {
            List<Request> requests = queries.subList(first, Math.min(queries.size(), first + PER_SEND)).stream()
                    .map(query -> RouteMessages.lookup(query, index(query), flags))
                    .toList();
            replies.addAll(rtnetlink.get(requests, RouteMessages.Route::decode));
        }
        return replies;
    }

    private int index(RouteQuery query) {
        return query.device().map(indexes::get).orElse(0);
    }

    private Reply<FoundRoute> reply(Reply<RouteMessages.Route> reply, boolean assumed) {
        Optional<RouteMessages.Route> route = reply.value();
        Optional<LinkName> device = route.map(RouteMessages.Route::device).map(names::get);
        if (route.isEmpty() || device.isEmpty()) {
            return new Reply<>(
                    reply.ack().refused() ? reply.ack() : new Ack(Errno.ENODEV.number(), ""), Optional.empty());
        }
        RouteMessages.Route found = route.get();
        return new Reply<>(
                Ack.OK,
                Optional.of(new FoundRoute(
                        device.get(),
                        found.gateway(),
                        found.source(),
                        assumed,
                        found.mtu() == 0 ? OptionalInt.empty() : OptionalInt.of(found.mtu()),
                        found.expires() == 0
                                ? Optional.empty()
                                : Optional.of(Duration.ofMillis(10L * found.expires())))));
    }

    @Override
    public void close() {
        rtnetlink.close();
    }
}
