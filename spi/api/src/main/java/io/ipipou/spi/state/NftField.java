package io.ipipou.spi.state;

/** A part of a packet that rules look at. */
public enum NftField {
    /** The IP header's protocol; 1 octet, from the packet's meta data (NFT_META_L4PROTO). */
    L4PROTO("meta l4proto"),
    IP_SADDR("ip saddr"),
    IP_DADDR("ip daddr"),
    /** Of any transport header; rules make sure beforehand that it is UDP's. */
    TH_SPORT("th sport"),
    TH_DPORT("th dport"),
    /** The UDP header's length, which counts its own 8 octets. */
    UDP_LENGTH("@th,32,16"),
    /** The first half octet of the UDP payload: 4 in an inner IPv4 header. */
    INNER_VERSION("@th,64,4"),
    /** The third and fourth octet of the UDP payload: an inner IPv4 header's total length. */
    INNER_LENGTH("@th,80,16");

    private final String text;

    NftField(String text) {
        this.text = text;
    }

    /** As in nft's language. */
    @Override
    public String toString() {
        return text;
    }
}
