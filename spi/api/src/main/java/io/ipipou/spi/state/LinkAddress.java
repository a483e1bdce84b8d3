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

    /** A point-to-point address, /32 at both ends. */
    public static LinkAddress pointToPoint(LinkName link, Ipv4 address, Ipv4 peer) {
        return new LinkAddress(link, address, peer, 32, link.value());
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
