package io.ipipou.spi.state;

/**
 * A tunnel's UDP encapsulation (IFLA_IPTUN_ENCAP_*).
 *
 * @param sourcePort the UDP source port, 0 when the kernel chooses one per flow
 * @param destinationPort the UDP destination port, 0 without encapsulation
 * @param checksum whether UDP checksums are sent (TUNNEL_ENCAP_FLAG_CSUM)
 */
public record Encap(EncapType type, int sourcePort, int destinationPort, boolean checksum) {

    /** IPIP without UDP: IP protocol 4. */
    public static final Encap NONE = new Encap(EncapType.NONE, 0, 0, false);

    public static Encap fou(int sourcePort, int destinationPort, boolean checksum) {
        return new Encap(EncapType.FOU, sourcePort, destinationPort, checksum);
    }
}
