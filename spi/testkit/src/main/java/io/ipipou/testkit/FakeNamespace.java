package io.ipipou.testkit;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import io.ipipou.testkit.FakeLinks.Link;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The state of a {@link FakeKernel}, and the effects of a change to one kind of object on the others. */
final class FakeNamespace {

    private static final int DISCARD_PORT = 9;
    private static final int EPHEMERAL_PORT = 40000;

    final FakeLinks links = new FakeLinks();
    private final FakeAddresses addresses = new FakeAddresses();
    private final FakeRoutes routes = new FakeRoutes();
    final FakeListeners listeners = new FakeListeners();
    final FakeTables tables = new FakeTables();

    void changeLink(IpipLink wanted) throws KernelRefusal {
        Link link = links.get(wanted.name());
        if (!link.isIpip()) {
            throw new KernelRefusal("EOPNOTSUPP", link.name + " is a " + link.kind);
        }
        links.change(link, wanted);
        setUp(link, wanted.up());
    }

    /** Tunnels and listeners that are bound to the link stay bound to its index. */
    void deleteLink(LinkName name) throws KernelRefusal {
        Link link = links.get(name);
        if (name.equals(FakeLinks.LOOPBACK)) {
            throw new KernelRefusal("EOPNOTSUPP", "Operation not supported: " + name);
        }
        if (name.equals(FakeLinks.TUNL0)) {
            return; // ipip_dellink ignores it and reports success
        }
        addresses.deleteAll(link.index);
        routes.deleteThrough(link.index);
        links.delete(link);
    }

    void renameLink(LinkName from, LinkName to) throws KernelRefusal {
        Link link = links.get(from);
        links.rename(link, to);
        addresses.relabel(link.index, to);
    }

    void setUp(Link link, boolean up) {
        boolean changed = link.up != up;
        link.up = up;
        if (changed && up) {
            addresses.of(link.index).forEach(address -> connect(link, address));
        } else if (changed) {
            routes.deleteThrough(link.index);
        }
    }

    /** As RTM_GETROUTE: without a route through the link, the destination is taken to be on it. */
    Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) {
        Optional<Link> only = device.flatMap(links::find);
        Optional<FakeRoutes.Entry> route =
                routes.best(destination, only.map(link -> link.index).orElse(0));
        Optional<Link> link = device.isPresent()
                ? only
                : route.flatMap(entry -> links.all().stream()
                        .filter(candidate -> candidate.index == entry.link())
                        .findFirst());
        Ipv4 nextHop = route.flatMap(FakeRoutes.Entry::gateway).orElse(destination);
        return link.filter(found -> found.up)
                .flatMap(found -> source(found, nextHop).map(source -> new RoutePath(found.name, source)));
    }

    /** As inet_select_addr. */
    private Optional<Ipv4> source(Link link, Ipv4 nextHop) {
        List<FakeAddresses.Address> usable = addresses.of(link.index).stream()
                .filter(address -> !address.secondary() && address.scope() < LinkAddress.SCOPE_LINK)
                .toList();
        return usable.stream()
                .filter(address -> address.subnet().contains(nextHop))
                .findFirst()
                .or(() -> usable.stream().findFirst())
                .map(FakeAddresses.Address::local);
    }

    void addAddress(LinkAddress wanted) throws KernelRefusal {
        Link link = links.get(wanted.link());
        connect(link, addresses.add(link.index, wanted));
    }

    void deleteAddress(LinkAddress wanted) throws KernelRefusal {
        Link link = links.get(wanted.link());
        FakeAddresses.Address address = addresses
                .find(link.index, wanted)
                .orElseThrow(() -> new KernelRefusal("EADDRNOTAVAIL", "Address not found: " + wanted.id()));
        Optional<FakeAddresses.Address> promoted = addresses.delete(address);
        if (!address.secondary()) {
            routes.deleteConnected(address);
        }
        promoted.ifPresent(next -> connect(link, next));
        if (addresses.of(link.index).isEmpty()) {
            routes.deleteThrough(link.index); // fib_inetaddr_event: IPv4 is now disabled on this link
        }
    }

    void addRoute(Route route) throws KernelRefusal {
        routes.add(entry(route));
    }

    void replaceRoute(Route route) throws KernelRefusal {
        routes.replace(entry(route));
    }

    void deleteRoute(Route route) throws KernelRefusal {
        int link = route.device().isEmpty() ? 0 : links.get(route.device().get()).index;
        routes.delete(entry(route, link));
    }

    void addListener(FouListener wanted) throws KernelRefusal {
        FakeListeners.Listener listener = listener(wanted);
        if (!listener.local().isAny() && !addresses.has(listener.local())) {
            throw new KernelRefusal("EADDRNOTAVAIL", "Cannot assign requested address: " + wanted.id());
        }
        listeners.add(listener);
    }

    void deleteListener(FouListener wanted) throws KernelRefusal {
        listeners.delete(listener(wanted));
    }

    /** Sends a datagram to the discard port, through the chains of the tables. */
    void send(Ipv4 destination, int bytes) throws KernelRefusal {
        Link link = linkTowards(destination);
        Ipv4 source = addresses.of(link.index).get(0).local();
        FakePacket packet = new FakePacket(source, EPHEMERAL_PORT, destination, DISCARD_PORT, bytes);
        if (!packet.passes(tables, NftChain.Hook.OUTPUT)) {
            throw new KernelRefusal("EPERM", "Operation not permitted: dropped in output");
        }
        if (packet.passes(tables, NftChain.Hook.POSTROUTING)) {
            link.counters = link.plusSent(1, bytes + (long) FakePacket.IP_AND_UDP_HEADERS);
        }
    }

    /** The link that the route to the address uses. */
    private Link linkTowards(Ipv4 destination) throws KernelRefusal {
        int index = routes.linkTowards(destination)
                .orElseThrow(() -> new KernelRefusal("ENETUNREACH", "Network is unreachable: " + destination));
        return links.get(links.nameOf(index).orElseThrow());
    }

    /** @param nftTable the table of the family {@code ip} to include */
    ObservedState state(String nftTable) {
        Map<LinkName, Device> devices = links.all().stream().collect(toMap(link -> link.name, FakeLinks.Link::device));
        Map<LinkName, IpipLink> tunnels = links.all().stream()
                .filter(link -> link.isIpip() && !link.name.equals(FakeLinks.TUNL0))
                .collect(toMap(link -> link.name, this::observed));
        Optional<FakeTable> table = tables.find(FakeTables.Name.ip(nftTable));
        return new ObservedState(
                devices,
                tunnels,
                listeners.all().stream().map(this::observed).collect(toSet()),
                addresses.all().stream().map(this::observed).toList(),
                routes.all().stream()
                        .map(this::observed)
                        .filter(route -> route.table() == Route.TABLE_MAIN || route.protocol() == Route.PROTOCOL_IPIPOU)
                        .collect(toSet()),
                listeners.udpPorts(),
                table.map(FakeTable::layout),
                table.map(FakeTable::elements).orElse(Set.of()));
    }

    Set<Route> routesIn(int table) {
        return routes.all().stream()
                .map(this::observed)
                .filter(route -> route.table() == table)
                .collect(toSet());
    }

    private void connect(Link link, FakeAddresses.Address address) {
        if (link.up && !link.name.equals(FakeLinks.LOOPBACK)) { // the routes of lo are in the local table
            routes.addConnected(address);
        }
    }

    private FakeRoutes.Entry entry(Route route) throws KernelRefusal {
        int index = 0;
        if (route.device().isPresent()) {
            Link link = links.get(route.device().get());
            if (!link.up) {
                throw new KernelRefusal("ENETDOWN", "Device for nexthop is not up: " + link.name);
            }
            index = link.index;
        }
        return entry(route, index);
    }

    private static FakeRoutes.Entry entry(Route route, int link) {
        return new FakeRoutes.Entry(
                route.destination(), link, route.gateway(), route.metric(), route.protocol(), route.table());
    }

    /** A listener with a peer but no local address gets the source address of the route to the peer. */
    private FakeListeners.Listener listener(FouListener wanted) throws KernelRefusal {
        Ipv4 local = wanted.local();
        if (local.isAny() && wanted.peer().isPresent()) {
            int towards = linkTowards(wanted.peer().get().address()).index;
            local = addresses.of(towards).get(0).local();
        }
        int link = links.indexOf(wanted.device().map(LinkName::new));
        return new FakeListeners.Listener(local, wanted.port(), wanted.protocol(), wanted.gue(), link, wanted.peer());
    }

    private IpipLink observed(Link link) {
        OuterHeader outer = link.outer;
        return new IpipLink(
                link.name,
                new OuterHeader(
                        outer.local(),
                        outer.remote(),
                        links.nameOf(link.underlying),
                        outer.ttl(),
                        outer.tos(),
                        outer.pmtudisc()),
                link.encap,
                link.mtu,
                link.up,
                link.mark);
    }

    private FouListener observed(FakeListeners.Listener listener) {
        return new FouListener(
                listener.local(),
                listener.port(),
                listener.protocol(),
                listener.gue(),
                links.nameOf(listener.link()).map(LinkName::value),
                listener.peer());
    }

    private LinkAddress observed(FakeAddresses.Address address) {
        LinkName link = links.nameOf(address.link()).orElseThrow();
        return new LinkAddress(
                link,
                address.local(),
                address.peer(),
                address.length(),
                address.label(),
                address.scope(),
                address.secondary());
    }

    private Route observed(FakeRoutes.Entry entry) {
        return new Route(
                entry.destination(),
                links.nameOf(entry.link()),
                entry.gateway(),
                entry.metric(),
                entry.protocol(),
                entry.table());
    }
}
