package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;

/**
 * An entry of {@code routes}. The three together identify a route of the host.
 *
 * @param to what is routed through the tunnel
 * @param metric the kernel's u32 as a signed number; 0 is preferred most
 * @param table the number of the routing table, the kernel's u32 as a signed number
 */
public record TunnelRoute(Ipv4Prefix to, int metric, int table) {

    public Route through(LinkName link) {
        return Route.through(link, to, metric, table);
    }

    /** Whether outer packets to the address would use it: nothing is known of the rules that lead to other tables. */
    public boolean isOnTheWayTo(Ipv4 endpoint) {
        return table == Route.TABLE_MAIN && to.contains(endpoint);
    }

    /** Whether outer packets to any address would use it. */
    boolean isOnEveryWay() {
        return table == Route.TABLE_MAIN && to.length() == 0;
    }
}
