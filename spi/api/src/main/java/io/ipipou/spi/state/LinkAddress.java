package io.ipipou.spi.state;

import java.util.Map;

/**
 * An IPv4 address on a link. The kernel cannot change one in place: another peer or length makes another address.
 *
 * @param address the host's address (IFA_LOCAL)
 * @param peer the remote address of a point-to-point link (IFA_ADDRESS); equal to {@code address} when there is none
 * @param prefixLength of {@code peer}, 0..32
 * @param label IFA_LABEL, by default the link's name
 */
public record LinkAddress(LinkName link, Ipv4 address, Ipv4 peer, int prefixLength, String label) implements Resource {

    public static final String KIND = "address";

    private static final LinkName LOOPBACK = new LinkName("lo");
    private static final String ALIAS_LABEL = "lo:ipipou";

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
