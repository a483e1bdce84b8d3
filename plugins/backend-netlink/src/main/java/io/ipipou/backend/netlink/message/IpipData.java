package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.spi.state.Ipv4;

/**
 * IFLA_INFO_DATA of a link of kind {@code ipip} (IFLA_IPTUN_* of linux/if_tunnel.h). A change always sends every attribute,
 * because the kernel resets most of those that are left out to 0.
 *
 * @param device index of the outgoing link, 0 for any
 * @param protocol of the inner packets: 4 for IPv4, 137 for MPLS, 0 for both
 * @param encapType TUNNEL_ENCAP_*, 0..3
 * @param encapFlags TUNNEL_ENCAP_FLAG_*
 * @param fwmark the mark that the outer packet is routed with
 */
public record IpipData(
        int device,
        Ipv4 local,
        Ipv4 remote,
        int ttl,
        int tos,
        boolean pmtudisc,
        int protocol,
        int encapType,
        int encapFlags,
        int sourcePort,
        int destinationPort,
        int fwmark)
        implements MessageBody {

    public static final int TUNNEL_ENCAP_FLAG_CSUM = 1;

    private static final int TUNNEL_ENCAP_MPLS = 3;
    private static final int IFLA_IPTUN_LINK = 1;
    private static final int IFLA_IPTUN_LOCAL = 2;
    private static final int IFLA_IPTUN_REMOTE = 3;
    private static final int IFLA_IPTUN_TTL = 4;
    private static final int IFLA_IPTUN_TOS = 5;
    private static final int IFLA_IPTUN_PROTO = 9;
    private static final int IFLA_IPTUN_PMTUDISC = 10;
    private static final int IFLA_IPTUN_ENCAP_TYPE = 15;
    private static final int IFLA_IPTUN_ENCAP_FLAGS = 16;
    private static final int IFLA_IPTUN_ENCAP_SPORT = 17;
    private static final int IFLA_IPTUN_ENCAP_DPORT = 18;
    private static final int IFLA_IPTUN_FWMARK = 20;

    static final AttributeNames NAMES = AttributeNames.ofNested(
            "IFLA_IPTUN_",
            "LINK 1, LOCAL 2, REMOTE 3, TTL 4, TOS 5, PROTO 9, PMTUDISC 10, ENCAP_TYPE 15, ENCAP_FLAGS 16,"
                    + " ENCAP_SPORT 17, ENCAP_DPORT 18, FWMARK 20");

    @Override
    public void encode(MessageWriter writer) {
        writer.u32(IFLA_IPTUN_LINK, device);
        writer.ipv4(IFLA_IPTUN_LOCAL, local);
        writer.ipv4(IFLA_IPTUN_REMOTE, remote);
        writer.u8(IFLA_IPTUN_TTL, ttl);
        writer.u8(IFLA_IPTUN_TOS, tos);
        writer.u8(IFLA_IPTUN_PROTO, protocol);
        writer.u8(IFLA_IPTUN_PMTUDISC, pmtudisc ? 1 : 0);
        writer.u16(IFLA_IPTUN_ENCAP_TYPE, encapType);
        writer.u16(IFLA_IPTUN_ENCAP_FLAGS, encapFlags);
        writer.u16be(IFLA_IPTUN_ENCAP_SPORT, sourcePort);
        writer.u16be(IFLA_IPTUN_ENCAP_DPORT, destinationPort);
        writer.u32(IFLA_IPTUN_FWMARK, fwmark);
    }

    static IpipData decode(Attributes attributes) throws CodecException {
        int encapType = attributes.u16(IFLA_IPTUN_ENCAP_TYPE, 0);
        if (encapType > TUNNEL_ENCAP_MPLS) {
            throw new CodecException("tunnel encapsulation type " + encapType);
        }
        return new IpipData(
                attributes.u32(IFLA_IPTUN_LINK, 0),
                attributes.ipv4(IFLA_IPTUN_LOCAL).orElse(Ipv4.ANY),
                attributes.ipv4(IFLA_IPTUN_REMOTE).orElse(Ipv4.ANY),
                attributes.u8(IFLA_IPTUN_TTL, 0),
                attributes.u8(IFLA_IPTUN_TOS, 0),
                attributes.u8(IFLA_IPTUN_PMTUDISC, 0) != 0,
                attributes.u8(IFLA_IPTUN_PROTO, 0),
                encapType,
                attributes.u16(IFLA_IPTUN_ENCAP_FLAGS, 0),
                attributes.u16be(IFLA_IPTUN_ENCAP_SPORT, 0),
                attributes.u16be(IFLA_IPTUN_ENCAP_DPORT, 0),
                attributes.u32(IFLA_IPTUN_FWMARK, 0));
    }
}
