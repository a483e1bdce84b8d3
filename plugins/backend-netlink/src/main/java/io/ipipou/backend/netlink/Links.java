package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.IpipData;
import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.backend.netlink.message.LinkStats;
import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Request;
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

/** Links, between message and state. */
final class Links {

    static final Dump<LinkMessage> ALL =
            new Dump<>("links", Request.dump(LinkRequest.RTM_GETLINK, LinkRequest.ALL), LinkMessage::decode);

    private static final Dump<LinkStats> COUNTERS = new Dump<>(
            "link counters",
            Request.dump(LinkRequest.RTM_GETLINK, LinkRequest.ofKind(LinkMessage.IPIP)),
            LinkStats::decode);

    private static final String FALLBACK = "tunl0";
    /** In the order of their numbers, TUNNEL_ENCAP_* of linux/if_tunnel.h. */
    private static final List<EncapType> ENCAP_TYPES =
            List.of(EncapType.NONE, EncapType.FOU, EncapType.GUE, EncapType.MPLS);

    private Links() {}

    static Map<LinkName, LinkCounters> counters(NetlinkConnection route) throws BackendException {
        Map<LinkName, LinkCounters> counters = new HashMap<>();
        for (LinkStats link : route.dump(COUNTERS)) {
            if (link.kind().equals(LinkMessage.IPIP) && !link.name().equals(FALLBACK)) {
                counters.put(name(link.name(), link.index()), link.counters());
            }
        }
        return counters;
    }

    static LinkName name(LinkMessage link) {
        return name(link.name(), link.index());
    }

    /** A name that is not text, which the kernel allows, is told by number: such a link is never ours. */
    private static LinkName name(String name, int index) {
        return name.indexOf('\uFFFD') < 0 ? LinkName.parse(name).orElse(numbered(index)) : numbered(index);
    }

    /** What {@code ip} calls a link that has no name, or is gone. */
    static LinkName numbered(int index) {
        return new LinkName("if" + Integer.toUnsignedString(index));
    }

    /**
     * The link as state.
     *
     * @return empty for what is no IPIP link, and for the one that the module makes in each namespace
     */
    static Optional<IpipLink> observed(LinkMessage link, IntFunction<LinkName> names) {
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
     * The message that makes a link so, but for its alias and its being up when it is not there yet.
     *
     * @param index the link's number, 0 for one that is to be made
     * @param device number of {@code outer.device}, 0 for none
     */
    static LinkMessage wanted(IpipLink link, int index, int device) {
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
                Optional.of(data));
    }
}
