package io.ipipou.spi.state;

import java.util.Map;
import java.util.Optional;

/**
 * A unicast IPv4 route of the main table with TOS 0. The kernel tells such routes apart by {@link Key} and moves one to
 * another link in place.
 *
 * @param device the link packets leave by; empty when the route has several next hops or none
 * @param gateway the next hop, empty when the destination is on the link
 * @param metric the priority as the kernel's u32, 0 being the most preferred
 * @param protocol who made it: RTPROT_* of linux/rtnetlink.h, 0..255
 */
public record Route(Ipv4Prefix destination, Optional<LinkName> device, Optional<Ipv4> gateway, int metric, int protocol)
        implements Resource {

    public static final String KIND = "route";

    /** RTPROT_BOOT: what {@code ip route add} sets when not told otherwise. */
    public static final int PROTOCOL_BOOT = 3;

    /** RTPROT_STATIC: made by an administrator, or by us. */
    public static final int PROTOCOL_STATIC = 4;

    /** What the kernel tells routes of one table apart by. */
    public record Key(Ipv4Prefix destination, int metric) {}

    /** A route straight into a link, as we make them. */
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
