package io.ipipou.agent.watch;

/** A kind of thing in a network namespace that may have changed. */
public enum KernelChange {
    /** Interfaces: made, changed, gone, up or down. */
    LINKS,
    /** IPv4 addresses. */
    ADDRESSES,
    /** IPv4 routes, of any table. */
    ROUTES,
    /** An IPv4 route to 0.0.0.0/0, of any table; never without {@link #ROUTES}. */
    DEFAULT_ROUTE,
    /** nftables, of any family: tables, chains, rules, sets, elements. Elements that time out are not told of. */
    RULES,
    /** FOU ports, of which the kernel does not tell: {@link FouPorts}. */
    LISTENERS
}
