package io.ipipou.core.desired;

import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What deferred tunnels have in the kernel, and keep. */
final class HeldTunnels {

    private final ObservedState observed;
    private final ManagedObjects managed;
    private final Map<LinkName, List<LinkAddress>> addresses = new HashMap<>();
    private final Map<LinkName, List<Route>> routes = new HashMap<>();
    private final Map<Route.Key, Route> routesByKey = new HashMap<>();
    private final Set<Ipv4> aliases = new HashSet<>();
    private final Map<NftValue, NftElement> translations = new HashMap<>();
    private final Map<List<NftValue>, NftElement> admissions = new HashMap<>();
    private final Set<Endpoint> gatedEnds = new HashSet<>();

    HeldTunnels(ObservedState observed) {
        this.observed = observed;
        this.managed = ManagedObjects.of(observed);
        for (LinkAddress address : observed.addresses()) {
            if (address.isAlias()) {
                aliases.add(address.address());
            } else if (managed.has(address)) {
                addresses
                        .computeIfAbsent(address.link(), link -> new ArrayList<>())
                        .add(ManagedObjects.normalized(address));
            }
        }
        for (Route route : observed.routes()) {
            if (managed.has(route)) {
                routes.computeIfAbsent(route.device().orElseThrow(), link -> new ArrayList<>())
                        .add(route);
                routesByKey.put(route.key(), route);
            }
        }
        if (managed.table().isPresent()) {
            for (NftElement element : observed.elements()) {
                if (element.set().equals(Gate.ALIASES)) {
                    translations.put(element.key().get(0), element);
                } else if (element.set().equals(Gate.ENDPOINTS)) {
                    admissions.put(element.key(), element);
                } else if (element.set().equals(Gate.LISTENERS)) {
                    gatedEnds.add(new Endpoint(
                            new Ipv4(element.key().get(0).bits()),
                            element.key().get(1).bits()));
                }
            }
        }
    }

    /** Keeps the addresses of the tunnel's link and its place at the gate from other tunnels. */
    void reserve(Tunnel tunnel, StateDraft draft) {
        Optional<IpipLink> link = link(tunnel.name());
        link.ifPresent(draft::reserve);
        if (tunnel.mode() != Mode.STATIC) {
            link.flatMap(this::arrival).ifPresent(draft.gatedEnds::add);
            draft.gatedEnds.addAll(gatedEnds(tunnel));
        }
    }

    /**
     * Adds what the tunnel has, without its routes.
     *
     * @param alias that it would have now
     */
    void addTo(StateDraft draft, Tunnel tunnel, Optional<Ipv4> alias) {
        Optional<IpipLink> link = link(tunnel.name());
        if (link.isPresent()) {
            draft.links.put(tunnel.name(), link.get());
            addListener(draft, link.get().encap().sourcePort());
            draft.addresses.addAll(addresses.getOrDefault(tunnel.name(), List.of()));
            arrival(link.get())
                    .filter(draft.gatedEnds::contains)
                    .ifPresent(end -> addAtGate(draft, tunnel, link.get(), end));
        } else if (tunnel.mode() != Mode.STATIC && !gatedEnds(tunnel).isEmpty()) {
            addListener(draft, tunnel.local().port());
            alias.flatMap(this::publicAddress)
                    .ifPresent(address ->
                            draft.addAlias(alias.get(), tunnel.local().port(), address));
            draft.gated.add(tunnel.name());
            draft.expect(tunnel);
        }
    }

    private Set<Endpoint> gatedEnds(Tunnel tunnel) {
        return gatedEnds.stream()
                .filter(end -> end.port() == tunnel.local().port())
                .collect(Collectors.toSet());
    }

    private void addListener(StateDraft draft, int port) {
        FouListener listener = FouListener.onPort(port);
        if (observed.listeners().contains(listener)) {
            draft.listeners.add(listener);
        }
    }

    private void addAtGate(StateDraft draft, Tunnel tunnel, IpipLink link, Endpoint arrival) {
        Ipv4 local = link.outer().local();
        Endpoint remote = new Endpoint(link.outer().remote(), link.encap().destinationPort());
        draft.gated.add(tunnel.name());
        if (aliases.contains(local)) {
            draft.addAlias(local, arrival.port(), arrival.address());
        } else {
            draft.add(draft.gate.pair(remote.address(), local));
        }
        boolean roams = tunnel.mode() == Mode.SERVER && tunnel.peer().auth().isPresent();
        Optional<NftElement> admission = roams
                ? admission(link).filter(element -> isAllowed(tunnel, remote))
                : Optional.of(draft.gate.admission(remote, arrival.port(), local, Optional.empty()));
        admission.ifPresent(element -> draft.elements.putIfAbsent(element.id(), element));
        draft.expect(tunnel);
    }

    /** Whether the file allows the peer to be there, as far as that can be told without looking up a name. */
    private static boolean isAllowed(Tunnel tunnel, Endpoint endpoint) {
        return tunnel.peer().endpoints().isEmpty()
                || tunnel.peer().endpoints().stream()
                        .anyMatch(fixed -> fixed.port() == endpoint.port()
                                && fixed.address()
                                        .map(endpoint.address()::equals)
                                        .orElse(true));
    }

    /** Adds the routes through the tunnel that no other tunnel has now. */
    void addRoutesTo(StateDraft draft, Tunnel tunnel) {
        routes.getOrDefault(tunnel.name(), List.of()).forEach(route -> draft.routes.putIfAbsent(route.key(), route));
    }

    /** The managed route of this key. */
    Optional<Route> route(Route.Key key) {
        return Optional.ofNullable(routesByKey.get(key));
    }

    private Optional<IpipLink> link(LinkName name) {
        return Optional.ofNullable(managed.links().get(name));
    }

    /** Where the link's packets arrive; empty if the gate that translates it is gone. */
    private Optional<Endpoint> arrival(IpipLink link) {
        Ipv4 local = link.outer().local();
        Optional<Ipv4> address = aliases.contains(local) ? publicAddress(local) : Optional.of(local);
        return address.map(arrival -> new Endpoint(arrival, link.encap().sourcePort()));
    }

    private Optional<Ipv4> publicAddress(Ipv4 alias) {
        return Optional.ofNullable(translations.get(NftValue.of(alias)))
                .filter(element -> aliases.contains(alias))
                .flatMap(NftElement::data)
                .map(value -> new Ipv4(value.bits()));
    }

    /** The element that admits the link's remote end. */
    private Optional<NftElement> admission(IpipLink link) {
        return Optional.ofNullable(admissions.get(List.of(
                        NftValue.of(link.outer().remote()),
                        NftValue.port(link.encap().destinationPort()),
                        NftValue.port(link.encap().sourcePort()))))
                .filter(element -> element.data()
                        .equals(Optional.of(NftValue.of(link.outer().local()))));
    }
}
