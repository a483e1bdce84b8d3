package io.ipipou.core.desired;

import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must not be changed for now, because an object that ipipou does not manage is in the way or the kernel refused a
 * write.
 *
 * @param tunnels why, by tunnel
 * @param routes why, by route
 * @param before the state that these tunnels go back to; empty to leave them as they are
 */
public record Withheld(
        Map<LinkName, Obstacle> tunnels, Map<Route.Key, Obstacle> routes, Optional<ObservedState> before) {

    public static final Withheld NOTHING = new Withheld(Map.of(), Map.of(), Optional.empty());

    public Withheld {
        tunnels = Map.copyOf(tunnels);
        routes = Map.copyOf(routes);
    }

    /** These and more tunnels; a tunnel that is withheld already keeps its obstacle. */
    public Withheld with(Set<LinkName> more, Obstacle obstacle) {
        Map<LinkName, Obstacle> all = new HashMap<>(tunnels);
        more.forEach(name -> all.putIfAbsent(name, obstacle));
        return new Withheld(all, routes, before);
    }

    public Withheld with(Route.Key route, Obstacle obstacle) {
        Map<Route.Key, Obstacle> all = new HashMap<>(routes);
        all.putIfAbsent(route, obstacle);
        return new Withheld(tunnels, all, before);
    }

    public Withheld goingBackTo(ObservedState state) {
        return new Withheld(tunnels, routes, Optional.of(state));
    }
}
