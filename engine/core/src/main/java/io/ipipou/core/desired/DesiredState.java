package io.ipipou.core.desired;

import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a host should have, in the records that an {@link io.ipipou.spi.state.ObservedState} holds. Consistent in
 * itself: no two links share an outer key, no two routes a key, and every address and route is on one of the links.
 */
public record DesiredState(
        Map<LinkName, IpipLink> links, Set<FouListener> listeners, Set<LinkAddress> addresses, Set<Route> routes) {

    /** A host without tunnels. */
    public static final DesiredState NOTHING = new DesiredState(Map.of(), Set.of(), Set.of(), Set.of());

    public DesiredState {
        links = Map.copyOf(links);
        listeners = Set.copyOf(listeners);
        addresses = Set.copyOf(addresses);
        routes = Set.copyOf(routes);
    }

    /** The state of these links and what goes with them; a listener for each port that a link sends from. */
    public static DesiredState of(
            Collection<IpipLink> links, Collection<LinkAddress> addresses, Collection<Route> routes) {
        return new DesiredState(
                links.stream().collect(Collectors.toMap(IpipLink::name, Function.identity())),
                links.stream()
                        .map(link -> FouListener.onPort(link.encap().sourcePort()))
                        .collect(Collectors.toSet()),
                Set.copyOf(addresses),
                Set.copyOf(routes));
    }
}
