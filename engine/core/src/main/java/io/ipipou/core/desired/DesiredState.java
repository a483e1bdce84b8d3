package io.ipipou.core.desired;

import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a host should have, in the records of an {@link io.ipipou.spi.state.ObservedState}. Consistent: no two links
 * have the same outer key, no two routes or elements of a set the same key, and every address is an alias or on one of
 * the links, as is every route.
 *
 * @param addresses in the order in which they are created
 * @param table the gate; empty when nothing is gated
 */
public record DesiredState(
        Map<LinkName, IpipLink> links,
        Set<FouListener> listeners,
        Set<LinkAddress> addresses,
        Set<Route> routes,
        Optional<NftTable> table,
        Set<NftElement> elements) {

    /** A host without tunnels. */
    public static final DesiredState NOTHING =
            new DesiredState(Map.of(), Set.of(), Set.of(), Set.of(), Optional.empty(), Set.of());

    public DesiredState {
        links = Map.copyOf(links);
        listeners = Set.copyOf(listeners);
        addresses = Collections.unmodifiableSet(new LinkedHashSet<>(addresses));
        routes = Set.copyOf(routes);
        elements = Set.copyOf(elements);
    }

    /** These objects without a gate, with a listener for each port that a link sends from. */
    public static DesiredState of(
            Collection<IpipLink> links, Collection<LinkAddress> addresses, Collection<Route> routes) {
        return new DesiredState(
                links.stream().collect(Collectors.toMap(IpipLink::name, Function.identity())),
                links.stream()
                        .map(link -> FouListener.onPort(link.encap().sourcePort()))
                        .collect(Collectors.toSet()),
                new LinkedHashSet<>(addresses),
                Set.copyOf(routes),
                Optional.empty(),
                Set.of());
    }

    /** The state of a host that has exactly these objects. */
    public ObservedState asObserved() {
        Map<LinkName, Device> devices = links.values().stream()
                .collect(Collectors.toMap(
                        IpipLink::name, link -> new Device(link.name(), "ipip", link.mtu(), link.up(), Set.of())));
        return new ObservedState(devices, links, listeners, List.copyOf(addresses), routes, Set.of(), table, elements);
    }
}
