package io.ipipou.spi.state;

/** A part of a packet that rules can read. */
public enum NftField {
    /** The IP protocol, 1 byte (NFT_META_L4PROTO). */
    L4PROTO("meta l4proto"),
    IP_SADDR("ip saddr"),
    IP_DADDR("ip daddr"),
    /** Of any transport header; a rule must check before that it is UDP. */
    TH_SPORT("th sport"),
    TH_DPORT("th dport"),
    /** The UDP length in bytes, which includes the 8 bytes of the header. */
    UDP_LENGTH("@th,32,16"),
    /** The first four bits of the UDP payload: 4 in an inner IPv4 header. */
    INNER_VERSION("@th,64,4"),
    /** Bytes 2 and 3 of the UDP payload: an inner IPv4 header's total length in bytes. */
    INNER_LENGTH("@th,80,16");

    private final String text;

    NftField(String text) {
        this.text = text;
    }

    /** In nft's syntax. */
    @Override
    public String toString() {
        return text;
    }
}
