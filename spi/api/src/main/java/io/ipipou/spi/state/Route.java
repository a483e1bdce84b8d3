package io.ipipou.spi.state;

import java.util.Map;
import java.util.Optional;

/**
 * A unicast IPv4 route of the main table with TOS 0. The kernel can move it to another link in place.
 *
 * @param device the outgoing link; empty when the route has several next hops or none
 * @param gateway the next hop; empty when the destination is on the link
 * @param metric the kernel's u32 as a signed number; 0 is preferred most
 * @param protocol who made the route, RTPROT_* of linux/rtnetlink.h, 0..255
 */
public record Route(Ipv4Prefix destination, Optional<LinkName> device, Optional<Ipv4> gateway, int metric, int protocol)
        implements Resource {

    public static final String KIND = "route";

    /** RTPROT_BOOT, the default of {@code ip route add}. */
    public static final int PROTOCOL_BOOT = 3;

    /** RTPROT_STATIC: made by an administrator or by ipipou. */
    public static final int PROTOCOL_STATIC = 4;

    /** What identifies a route of a table to {@code ip route replace}. */
    public record Key(Ipv4Prefix destination, int metric) {}

    /** A route into a link, the only kind that ipipou creates. */
    public static Route through(LinkName link, Ipv4Prefix destination) {
        return new Route(destination, Optional.of(link), Optional.empty(), 0, PROTOCOL_STATIC);
    }

    public Key key() {
        return new Key(destination, metric);
    }

    @Override
    public ResourceId id() {
        return new ResourceId(KIND, destination.toString());
    }

    @Override
    public Map<String, Object> fields() {
        return new Fields()
                .text("dev", device.map(LinkName::value).orElse("none"))
                .text("via", gateway.map(Ipv4::toString).orElse("none"))
                .number("metric", Integer.toUnsignedLong(metric))
                .number("protocol", protocol)
                .build();
    }

    @Override
    public String summary() {
        return device.map(link -> "dev " + link).orElse("no device")
                + gateway.map(address -> " via " + address).orElse("");
    }
}
