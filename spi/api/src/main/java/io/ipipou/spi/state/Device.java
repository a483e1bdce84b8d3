package io.ipipou.spi.state;

/**
 * Any network interface of the host, managed by ipipou or not.
 *
 * @param kind IFLA_INFO_KIND, such as {@code dummy} or {@code ipip}; empty for hardware and loopback
 * @param mtu in bytes
 */
public record Device(LinkName name, String kind, int mtu) {}
