package io.ipipou.spi.state;

import java.util.Map;

/**
 * An IPv4 address on a link. The kernel cannot change one in place: another peer or length makes another address.
 *
 * @param address the host's address (IFA_LOCAL)
 * @param peer the remote address of a point-to-point link (IFA_ADDRESS); equal to {@code address} when there is none
 * @param prefixLength of {@code peer}, 0..32
 * @param label IFA_LABEL, by default the link's name
 * @param scope how far the address is valid, RT_SCOPE_* of linux/rtnetlink.h, 0..255: a larger number is narrower
 * @param secondary whether the link has another address in the same subnet, which the kernel prefers (IFA_F_SECONDARY)
 */
public record LinkAddress(
        LinkName link, Ipv4 address, Ipv4 peer, int prefixLength, String label, int scope, boolean secondary)
        implements Resource {

    public static final String KIND = "address";

    /** RT_SCOPE_UNIVERSE. */
    public static final int SCOPE_GLOBAL = 0;

    public static final int SCOPE_SITE = 200;
    public static final int SCOPE_LINK = 253;
    public static final int SCOPE_HOST = 254;

    private static final LinkName LOOPBACK = new LinkName("lo");
    private static final Ipv4Prefix LOOPBACK_ADDRESSES = Ipv4Prefix.of("127.0.0.0/8");
    private static final String ALIAS_LABEL = "lo:ipipou";

    /** A primary address with the scope that {@code ip} would give it. */
    public LinkAddress(LinkName link, Ipv4 address, Ipv4 peer, int prefixLength, String label) {
        this(link, address, peer, prefixLength, label, usualScope(address), false);
    }

    private static int usualScope(Ipv4 address) {
        return LOOPBACK_ADDRESSES.contains(address) ? SCOPE_HOST : SCOPE_GLOBAL;
    }

    /** A point-to-point address, /32 at both ends. */
    public static LinkAddress pointToPoint(LinkName link, Ipv4 address, Ipv4 peer) {
        return new LinkAddress(link, address, peer, 32, link.value());
    }

    /** A private address on the loopback device that stands for a public one, marked as ipipou's by its label. */
    public static LinkAddress alias(Ipv4 address) {
        return new LinkAddress(LOOPBACK, address, address, 32, ALIAS_LABEL);
    }

    /** Whether this is an alias that ipipou made. */
    public boolean isAlias() {
        return link.equals(LOOPBACK) && label.equals(ALIAS_LABEL);
    }

    @Override
    public ResourceId id() {
        return new ResourceId(KIND, link + "." + address);
    }

    @Override
    public Map<String, Object> fields() {
        return new Fields()
                .text("dev", link)
                .text("local", address)
                .text("peer", peer + "/" + prefixLength)
                .text("label", label)
                .build();
    }

    @Override
    public String summary() {
        return (peer.equals(address) ? "" : "peer " + peer + "/" + prefixLength + " ") + "dev " + link;
    }
}
