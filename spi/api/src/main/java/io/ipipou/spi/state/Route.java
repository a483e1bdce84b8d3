package io.ipipou.spi.state;

import java.util.Map;
import java.util.Optional;

/**
 * A unicast IPv4 route with TOS 0. The kernel can move it to another link in place.
 *
 * @param device the outgoing link; empty when the route has several next hops or none
 * @param gateway the next hop; empty when the destination is on the link
 * @param metric the kernel's u32 as a signed number; 0 is preferred most
 * @param protocol who made the route, RTPROT_* of linux/rtnetlink.h, 0..255
 * @param table the routing table, RT_TABLE_* of linux/rtnetlink.h: the kernel's u32 as a signed number, not 0
 */
public record Route(
        Ipv4Prefix destination, Optional<LinkName> device, Optional<Ipv4> gateway, int metric, int protocol, int table)
        implements Resource {

    public static final String KIND = "route";

    /** RTPROT_BOOT, the default of {@code ip route add}. */
    public static final int PROTOCOL_BOOT = 3;

    /** RTPROT_STATIC: made by an administrator, or by a version of ipipou that had no number of its own. */
    public static final int PROTOCOL_STATIC = 4;

    /** ipipou's own number, an i in ASCII; nothing else is known to use it. */
    public static final int PROTOCOL_IPIPOU = 105;

    /** RT_TABLE_MAIN. */
    public static final int TABLE_MAIN = 254;

    /** What identifies a route to {@code ip route replace}. */
    public record Key(Ipv4Prefix destination, int metric, int table) {}

    /** A route of the main table. */
    public Route(Ipv4Prefix destination, Optional<LinkName> device, Optional<Ipv4> gateway, int metric, int protocol) {
        this(destination, device, gateway, metric, protocol, TABLE_MAIN);
    }

    /** A route into a link, the only kind that ipipou creates. */
    public static Route through(LinkName link, Ipv4Prefix destination, int metric, int table) {
        return new Route(destination, Optional.of(link), Optional.empty(), metric, PROTOCOL_IPIPOU, table);
    }

    /** A route into a link, in the main table and with metric 0. */
    public static Route through(LinkName link, Ipv4Prefix destination) {
        return through(link, destination, 0, TABLE_MAIN);
    }

    public Key key() {
        return new Key(destination, metric, table);
    }

    @Override
    public ResourceId id() {
        String inTable = table == TABLE_MAIN ? "" : ".table." + Integer.toUnsignedString(table);
        String withMetric = metric == 0 ? "" : ".metric." + Integer.toUnsignedString(metric);
        return new ResourceId(KIND, destination + inTable + withMetric);
    }

    @Override
    public Map<String, Object> fields() {
        return new Fields()
                .text("dev", device.map(LinkName::value).orElse("none"))
                .text("via", gateway.map(Ipv4::toString).orElse("none"))
                .number("metric", Integer.toUnsignedLong(metric))
                .number("protocol", protocol)
                .number("table", Integer.toUnsignedLong(table))
                .build();
    }

    @Override
    public String summary() {
        return device.map(link -> "dev " + link).orElse("no device")
                + gateway.map(address -> " via " + address).orElse("");
    }
}
