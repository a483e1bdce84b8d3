package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.IpipData;
import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.backend.netlink.message.LinkStats;
import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Translates links between messages and the SPI. */
final class Links {

    static final Dump<LinkMessage> ALL = new Dump<>("links", LinkRequest.dump(), LinkMessage::decode);

    private static final Dump<LinkStats> COUNTERS =
            new Dump<>("link counters", LinkRequest.dumpKind(LinkMessage.IPIP), LinkStats::decode);

    /** The module ipip creates this link in every namespace. */
    private static final String FALLBACK = "tunl0";
    /** By number, TUNNEL_ENCAP_* of linux/if_tunnel.h. */
    private static final List<EncapType> ENCAP_TYPES =
            List.of(EncapType.NONE, EncapType.FOU, EncapType.GUE, EncapType.MPLS);

    private Links() {}

    static Map<LinkName, LinkCounters> counters(NetlinkConnection rtnetlink) throws BackendException {
        Map<LinkName, LinkCounters> counters = new HashMap<>();
        for (LinkStats link : rtnetlink.dump(COUNTERS)) {
            if (link.kind().equals(LinkMessage.IPIP) && !link.name().equals(FALLBACK)) {
                counters.put(name(link.name(), link.index()), link.counters());
            }
        }
        return counters;
    }

    static LinkName name(LinkMessage link) {
        return name(link.name(), link.index());
    }

    /** The kernel allows names that are not valid text. Such a link is never managed by ipipou and gets its index as a name. */
    private static LinkName name(String name, int index) {
        return name.indexOf('\uFFFD') < 0 ? LinkName.parse(name).orElse(numbered(index)) : numbered(index);
    }

    /** The name that {@code ip} prints for the index of a link that does not exist. */
    static LinkName numbered(int index) {
        return new LinkName("if" + Integer.toUnsignedString(index));
    }

    /** Why a write that needs the device fails. */
    static String noDevice(LinkName device) {
        return "device " + device + " does not exist";
    }

    /** @return empty for a link that is not IPIP, and for the module's own */
    static Optional<IpipLink> toState(LinkMessage link, IntFunction<LinkName> names) {
        return link.ipip()
                .map(data ->
                        new IpipLink(name(link), outer(data, names), encap(data), link.mtu(), link.up(), link.mark()))
                .filter(ipip -> !isFallback(ipip));
    }

    private static OuterHeader outer(IpipData data, IntFunction<LinkName> names) {
        Optional<LinkName> device = data.device() == 0 ? Optional.empty() : Optional.of(names.apply(data.device()));
        return new OuterHeader(data.local(), data.remote(), device, data.ttl(), data.tos(), data.pmtudisc());
    }

    private static Encap encap(IpipData data) {
        return new Encap(
                ENCAP_TYPES.get(data.encapType()),
                data.sourcePort(),
                data.destinationPort(),
                (data.encapFlags() & IpipData.TUNNEL_ENCAP_FLAG_CSUM) != 0);
    }

    private static boolean isFallback(IpipLink link) {
        return link.name().value().equals(FALLBACK)
                && link.outer().local().isAny()
                && link.outer().remote().isAny();
    }

    /**
     * The message that creates or changes a link. One that creates a link sets no alias and does not set it up.
     *
     * @param index of the link, 0 to create it
     * @param device index of {@code outer.device}, 0 for none
     */
    static LinkMessage toMessage(IpipLink link, int index, int device) {
        OuterHeader outer = link.outer();
        Encap encap = link.encap();
        IpipData data = new IpipData(
                device,
                outer.local(),
                outer.remote(),
                outer.ttl(),
                outer.tos(),
                outer.pmtudisc(),
                FouListener.PROTOCOL_IPIP,
                ENCAP_TYPES.indexOf(encap.type()),
                encap.checksum() ? IpipData.TUNNEL_ENCAP_FLAG_CSUM : 0,
                encap.sourcePort(),
                encap.destinationPort(),
                0);
        return new LinkMessage(
                index,
                link.up() && index != 0 ? LinkMessage.IFF_UP : 0,
                LinkMessage.IFF_UP,
                index == 0 ? link.name().value() : "",
                link.mtu(),
                index == 0 ? new Mark("", link.mark().group()) : link.mark(),
                LinkMessage.IPIP,
                List.of(),
                Optional.of(data));
    }
}
