package io.ipipou.netlink.route;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;

/** The messages of a lookup (linux/rtnetlink.h, linux/if_link.h). */
final class RouteMessages {

    private static final int RTM_GETLINK = 18;
    private static final int RTM_GETROUTE = 26;
    private static final int AF_INET = 2;
    private static final int LINK_HEADER = 16;
    private static final int ROUTE_HEADER = 12;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_EXT_MASK = 29;
    private static final int RTEXT_FILTER_SKIP_STATS = 8;
    private static final int RTA_DST = 1;
    private static final int RTA_SRC = 2;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTA_CACHEINFO = 12;
    private static final int RTAX_MTU = 2;
    /** Only routes of a table count. */
    static final int RTM_F_FIB_MATCH = 0x2000;

    /** A link's index and name. */
    record Link(int index, LinkName name) {

        static Link decode(Payload payload) throws CodecException {
            String name = payload.attributes(LINK_HEADER).string(IFLA_IFNAME);
            return new Link(payload.u32(4), new LinkName(name));
        }
    }

    /**
     * The answer to a lookup, as the kernel gives it.
     *
     * @param mtu in bytes, 0 for the device's
     * @param expires of a cached route, in hundredths of a second; 0 for never
     */
    record Route(int device, Optional<Ipv4> gateway, Optional<Ipv4> source, int mtu, int expires) {

        static Route decode(Payload payload) throws CodecException {
            Attributes attributes = payload.attributes(ROUTE_HEADER);
            Payload cache = attributes.bytes(RTA_CACHEINFO);
            return new Route(
                    attributes.u32(RTA_OIF, 0),
                    attributes.ipv4(RTA_GATEWAY),
                    attributes.ipv4(RTA_PREFSRC),
                    attributes.nested(RTA_METRICS).u32(RTAX_MTU, 0),
                    cache.length() < 12 ? 0 : cache.u32(8)); // rta_expires
        }
    }

    private RouteMessages() {}

    static Request links() {
        return Request.dump(RTM_GETLINK, writer -> {
            writer.u32(0).u32(0).u32(0).u32(0);
            writer.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        });
    }

    /**
     * @param device index, 0 for any
     * @param flags RTM_F_*
     */
    static Request lookup(RouteQuery query, int device, int flags) {
        return Request.get(RTM_GETROUTE, writer -> {
            writer.u8(AF_INET).u8(32).u8(query.source().isPresent() ? 32 : 0).u8(0);
            writer.u8(0).u8(0).u8(0).u8(0).u32(flags);
            writer.ipv4(RTA_DST, query.destination());
            query.source().ifPresent(address -> writer.ipv4(RTA_SRC, address));
            if (device != 0) {
                writer.u32(RTA_OIF, device);
            }
        });
    }
}
