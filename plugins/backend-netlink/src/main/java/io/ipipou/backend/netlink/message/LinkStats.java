package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.state.LinkCounters;

/** The kind and the counters of a link in an RTM_NEWLINK (struct rtnl_link_stats64). */
public record LinkStats(int index, String name, String kind, LinkCounters counters) {

    private static final int IFLA_STATS64 = 23;

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
