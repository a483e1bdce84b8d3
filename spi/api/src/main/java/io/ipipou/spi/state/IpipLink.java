package io.ipipou.spi.state;

import java.util.Locale;
import java.util.Map;

/**
 * An IPIP tunnel interface.
 *
 * @param mtu the largest inner packet in bytes, 68..65515
 * @param up whether IFF_UP is set
 */
public record IpipLink(LinkName name, OuterHeader outer, Encap encap, int mtu, boolean up, Mark mark)
        implements Resource {

    public static final String KIND = "tunnel";

    /** Bytes that IPIP over UDP adds to a packet: an IPv4 header and a UDP header. */
    public static final int OVERHEAD = 20 + 8;

    /** In bytes (RFC 8200, section 5). */
    private static final int IPV6_MIN_MTU = 1280;

    /** Whether a kernel with IPv6 enables it on this link, which never carries any. */
    public boolean canHaveIpv6() {
        return mtu >= IPV6_MIN_MTU;
    }

    @Override
    public ResourceId id() {
        return new ResourceId(KIND, name.value());
    }

    @Override
    public Map<String, Object> fields() {
        return new Fields()
                .text("local", outer.local())
                .text("remote", outer.remote())
                .text("dev", outer.device().map(LinkName::value).orElse("any"))
                .text("encap", encap.type().name().toLowerCase(Locale.ROOT))
                .number("encap-sport", encap.sourcePort())
                .number("encap-dport", encap.destinationPort())
                .flag("encap-csum", encap.checksum())
                .text("ttl", outer.ttl() == 0 ? "inherit" : outer.ttl())
                .text("tos", outer.tos() == 1 ? "inherit" : outer.tos())
                .flag("pmtudisc", outer.pmtudisc())
                .number("mtu", mtu)
                .flag("up", up)
                .number("group", Integer.toUnsignedLong(mark.group()))
                .text("alias", mark.alias())
                .build();
    }

    @Override
    public String summary() {
        return outer.local() + ":" + encap.sourcePort() + " -> " + outer.remote() + ":" + encap.destinationPort()
                + outer.device().map(device -> " dev " + device).orElse("") + " mtu " + mtu;
    }
}
