package io.ipipou.agent.watch;

/** A kind of object in a network namespace that may have changed. */
public enum KernelChange {
    /** Interfaces: created, changed, deleted, up or down. */
    LINKS,
    /** IPv4 addresses. */
    ADDRESSES,
    /** IPv4 routes, in any table, or the rules that choose a table. */
    ROUTES,
    /** An IPv4 route to 0.0.0.0/0, in any table, or any rule; never without {@link #ROUTES}. */
    DEFAULT_ROUTE,
    /** nftables, of any family: tables, chains, rules, sets, elements, but not the expiry of elements. */
    RULES,
    /** FOU ports, which the kernel sends no notifications about: {@link FouPorts}. */
    LISTENERS
}
