package io.ipipou.spi.state;

import java.util.Map;

/**
 * An IPv4 address on a link. The kernel changes none in place: another peer or length is another address.
 *
 * @param address the host's own address (IFA_LOCAL)
 * @param peer the far end of a point-to-point link (IFA_ADDRESS); equal to {@code address} when there is none
 * @param prefixLength of {@code peer}, 0..32
 * @param label the address's name, the link's own unless set otherwise (IFA_LABEL)
 */
public record LinkAddress(LinkName link, Ipv4 address, Ipv4 peer, int prefixLength, String label) implements Resource {

    public static final String KIND = "address";

    private static final LinkName LOOPBACK = new LinkName("lo");
    private static final String ALIAS_LABEL = "lo:ipipou";

    /** A point-to-point address, /32 at both ends. */
    public static LinkAddress pointToPoint(LinkName link, Ipv4 address, Ipv4 peer) {
        return new LinkAddress(link, address, peer, 32, link.value());
    }

    /** A private address of the host that stands for a public one, marked as ours by its label. */
    public static LinkAddress alias(Ipv4 address) {
        return new LinkAddress(LOOPBACK, address, address, 32, ALIAS_LABEL);
    }

    /** Whether this is an alias of ours. */
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
