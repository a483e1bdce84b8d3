package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Genl;
import io.ipipou.netlink.wire.GenlFamily;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.state.LinkCounters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** What only a kernel does: encodes its messages, and decodes requests. */
public final class KernelSide {

    private static final int CTRL_CMD_NEWFAMILY = 1;
    private static final int CTRL_VERSION = 2;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    private static final int IFLA_STATS64 = 23;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int IN6_ADDR_GEN_MODE_NONE = 1;

    private KernelSide() {}

    public static MessageBody encode(GenlFamily family) {
        return writer -> {
            Genl.encodeHeader(writer, CTRL_CMD_NEWFAMILY, CTRL_VERSION);
            writer.u16(CTRL_ATTR_FAMILY_ID, family.id());
            writer.string(CTRL_ATTR_FAMILY_NAME, family.name());
        };
    }

    static MessageBody encode(LinkStats stats) {
        LinkCounters counters = stats.counters();
        ByteBuffer stats64 = ByteBuffer.allocate(64)
                .order(ByteOrder.nativeOrder())
                .putLong(counters.receivedPackets())
                .putLong(counters.sentPackets())
                .putLong(counters.receivedBytes())
                .putLong(counters.sentBytes())
                .putLong(counters.receiveErrors())
                .putLong(counters.sendErrors())
                .putLong(counters.receiveDropped())
                .putLong(counters.sendDropped());
        return writer -> {
            LinkMessage.encodeHeader(writer, stats.index(), 0, 0);
            writer.string(LinkMessage.IFLA_IFNAME, stats.name());
            writer.nested(LinkMessage.IFLA_LINKINFO, info -> info.string(LinkMessage.IFLA_INFO_KIND, stats.kind()));
            writer.attribute(IFLA_STATS64, value -> value.bytes(stats64.array()));
        };
    }

    /** What an RTM_GETLINK, RTM_SETLINK or RTM_DELLINK selects and changes. */
    public record LinkFields(
            int index,
            Optional<String> name,
            Optional<Integer> group,
            Optional<String> alias,
            boolean up,
            boolean addrGenModeNone) {}

    public static LinkFields decodeLinkRequest(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(LinkMessage.HEADER_LENGTH);
        Attributes inet6 = attributes.nested(IFLA_AF_SPEC).nested(LinkRequest.AF_INET6);
        return new LinkFields(
                payload.u32(4),
                string(attributes, LinkMessage.IFLA_IFNAME),
                attributes.has(LinkMessage.IFLA_GROUP)
                        ? Optional.of(attributes.u32(LinkMessage.IFLA_GROUP, 0))
                        : Optional.empty(),
                string(attributes, LinkMessage.IFLA_IFALIAS),
                (payload.u32(8) & LinkMessage.IFF_UP) != 0,
                inet6.u8(IFLA_INET6_ADDR_GEN_MODE, 0) == IN6_ADDR_GEN_MODE_NONE);
    }

    private static Optional<String> string(Attributes attributes, int type) throws CodecException {
        return attributes.has(type) ? Optional.of(attributes.string(type)) : Optional.empty();
    }
}
