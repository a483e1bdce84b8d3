package io.ipipou.spi.state;

import java.util.Set;

/**
 * Any network interface of the host, managed by ipipou or not.
 *
 * @param kind IFLA_INFO_KIND, such as {@code dummy} or {@code ipip}; empty for hardware and loopback
 * @param mtu in bytes
 * @param up whether it is set up (IFF_UP); it can still be without a carrier
 * @param altNames its alternative names (IFLA_ALT_IFNAME), each of at most 127 bytes
 */
public record Device(LinkName name, String kind, int mtu, boolean up, Set<String> altNames) {

    public Device {
        altNames = Set.copyOf(altNames);
    }
}
