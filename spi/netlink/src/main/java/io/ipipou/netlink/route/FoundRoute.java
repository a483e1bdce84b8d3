package io.ipipou.netlink.route;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the kernel sends a packet.
 *
 * @param device that it leaves through; {@code lo} if the destination is this host's
 * @param gateway the next hop; empty if the destination is on the device's network
 * @param source the address that the packet has if it is sent from no particular one
 * @param assumed whether no route leads there through the device that the query names, so that the kernel takes the
 *     destination for a neighbour on it
 * @param mtu of the route, or of the path as a router reported it, in bytes; empty if it is the device's
 * @param mtuExpiry how long the kernel remembers a router's report; empty for none
 */
public record FoundRoute(
        LinkName device,
        Optional<Ipv4> gateway,
        Optional<Ipv4> source,
        boolean assumed,
        OptionalInt mtu,
        Optional<Duration> mtuExpiry) {}
