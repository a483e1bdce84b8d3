package io.ipipou.spi.state;

/**
 * Any network interface of the host: what tunnels stand on, and what a name may be taken by. A fact, not a resource.
 *
 * @param kind IFLA_INFO_KIND such as {@code dummy} or {@code ipip}; empty for hardware and loopback
 * @param mtu bytes
 */
public record Device(LinkName name, String kind, int mtu) {}
