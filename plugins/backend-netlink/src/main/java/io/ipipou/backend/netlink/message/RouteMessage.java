package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import java.util.Optional;

/**
 * An IPv4 route (struct rtmsg, linux/rtnetlink.h).
 *
 * @param tos 0..255
 * @param protocol RTPROT_*
 * @param scope RT_SCOPE_*
 * @param type RTN_*
 * @param device index of the outgoing link; 0 for several or none
 * @param metric RTA_PRIORITY
 */
public record RouteMessage(
        Ipv4Prefix destination,
        int tos,
        int table,
        int protocol,
        int scope,
        int type,
        int device,
        Optional<Ipv4> gateway,
        int metric)
        implements MessageBody {

    public static final int RTM_NEWROUTE = 24;
    public static final int RTM_DELROUTE = 25;
    public static final int RTM_GETROUTE = 26;

    /** In a dump request. */
    public static final int ANY_TABLE = 0;

    public static final int ANY_PROTOCOL = 0;

    public static final int RTN_UNICAST = 1;
    private static final int RT_TABLE_LOCAL = 255;
    private static final int RTN_MULTICAST = 5;

    public static final int RT_SCOPE_UNIVERSE = 0;
    public static final int RT_SCOPE_LINK = 253;
    public static final int RT_SCOPE_HOST = 254;
    /** In a deletion: any scope. */
    public static final int RT_SCOPE_NOWHERE = 255;

    private static final int HEADER_LENGTH = 12;
    /** The table number in the header has 8 bits. */
    private static final int HEADER_TABLE = 0xff;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_TABLE = 15;

    private static final AttributeNames NAMES =
            AttributeNames.ofMessage(HEADER_LENGTH, "RTA_", "DST 1, OIF 4, GATEWAY 5, PRIORITY 6, TABLE 15");

    /**
     * The body of the request for unicast routes, which the kernel filters.
     *
     * @param table the kernel's u32 as a signed number, or {@link #ANY_TABLE}
     */
    public static MessageBody unicast(int table, int protocol) {
        return NAMES.of(writer -> {
            encodeHeader(writer, AddressMessage.AF_INET, 0, 0, table, protocol, 0, RTN_UNICAST);
            encodeTable(writer, table);
        });
    }

    /** The body of a request for the {@code ff00::/8} route of a link. */
    public static MessageBody ipv6Multicast(int device) {
        return writer -> {
            encodeHeader(writer, LinkRequest.AF_INET6, 8, 0, RT_TABLE_LOCAL, 0, 0, RTN_MULTICAST);
            writer.attribute(RTA_DST, prefix -> prefix.u64be(0xffL << 56).u64be(0));
            writer.u32(RTA_OIF, device);
        };
    }

    public RouteMessage withScope(int other) {
        return new RouteMessage(destination, tos, table, protocol, other, type, device, gateway, metric);
    }

    @Override
    public void encode(MessageWriter writer) {
        encodeHeader(writer, AddressMessage.AF_INET, destination.length(), tos, table, protocol, scope, type);
        writer.ipv4(RTA_DST, destination.address());
        encodeTable(writer, table);
        writer.u32(RTA_PRIORITY, metric);
        gateway.ifPresent(address -> writer.ipv4(RTA_GATEWAY, address));
        if (device != 0) {
            writer.u32(RTA_OIF, device);
        }
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }

    private static void encodeTable(MessageWriter writer, int table) {
        if ((table & ~HEADER_TABLE) != 0) {
            writer.u32(RTA_TABLE, table);
        }
    }

    private static void encodeHeader(
            MessageWriter writer, int family, int length, int tos, int table, int protocol, int scope, int type) {
        writer.u8(family).u8(length).u8(0).u8(tos);
        writer.u8(table).u8(protocol).u8(scope).u8(type).u32(0);
    }

    public static RouteMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(HEADER_LENGTH);
        int length = payload.u8(1);
        Ipv4 address = attributes.ipv4(RTA_DST).orElse(Ipv4.ANY);
        if (length > 32 || !Ipv4Prefix.containing(address, length).address().equals(address)) {
            throw new CodecException("route to " + address + "/" + length);
        }
        return new RouteMessage(
                new Ipv4Prefix(address, length),
                payload.u8(3),
                attributes.u32(RTA_TABLE, payload.u8(4)),
                payload.u8(5),
                payload.u8(6),
                payload.u8(7),
                attributes.u32(RTA_OIF, 0),
                attributes.ipv4(RTA_GATEWAY),
                attributes.u32(RTA_PRIORITY, 0));
    }
}
