package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.state.LinkCounters;

/** A link's kind and counters in an RTM_NEWLINK (struct rtnl_link_stats64). */
public record LinkStats(int index, String name, String kind, LinkCounters counters) implements MessageBody {

    private static final int IFLA_STATS64 = 23;

    @Override
    public void encode(MessageWriter writer) {
        LinkMessage.encodeHeader(writer, index, 0, 0);
        writer.string(LinkMessage.IFLA_IFNAME, name);
        writer.nested(LinkMessage.IFLA_LINKINFO, info -> info.string(LinkMessage.IFLA_INFO_KIND, kind));
        writer.attribute(IFLA_STATS64, stats -> stats.u64(counters.receivedPackets())
                .u64(counters.sentPackets())
                .u64(counters.receivedBytes())
                .u64(counters.sentBytes())
                .u64(counters.receiveErrors())
                .u64(counters.sendErrors())
                .u64(counters.receiveDropped())
                .u64(counters.sendDropped()));
    }

    public static LinkStats decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(LinkMessage.HEADER_LENGTH);
        Payload stats = attributes.bytes(IFLA_STATS64);
        return new LinkStats(
                payload.u32(4),
                attributes.string(LinkMessage.IFLA_IFNAME),
                attributes.nested(LinkMessage.IFLA_LINKINFO).string(LinkMessage.IFLA_INFO_KIND),
                new LinkCounters(
                        stats.u64(0),
                        stats.u64(16),
                        stats.u64(32),
                        stats.u64(48),
                        stats.u64(8),
                        stats.u64(24),
                        stats.u64(40),
                        stats.u64(56)));
    }
}
