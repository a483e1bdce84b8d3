package io.ipipou.spi.state;

/**
 * A tunnel's UDP encapsulation (IFLA_IPTUN_ENCAP_*).
 *
 * @param sourcePort the UDP port packets leave from, 0 when the kernel picks one per flow
 * @param destinationPort the UDP port packets go to, 0 when there is no encapsulation
 * @param checksum whether a UDP checksum is sent (TUNNEL_ENCAP_FLAG_CSUM)
 */
public record Encap(EncapType type, int sourcePort, int destinationPort, boolean checksum) {

    /** Plain IPIP, IP protocol 4 without UDP. */
    public static final Encap NONE = new Encap(EncapType.NONE, 0, 0, false);

    public static Encap fou(int sourcePort, int destinationPort, boolean checksum) {
        return new Encap(EncapType.FOU, sourcePort, destinationPort, checksum);
    }
}
