package io.ipipou.spi.state;

/** What a set's key or a map's data is made of, as nft calls it. */
public enum NftType {
    /** An address; {@code ipv4_addr}. */
    IPV4_ADDR("ipv4_addr", 4),
    /** A port, big-endian; {@code inet_service}. */
    INET_SERVICE("inet_service", 2);

    private final String text;
    private final int length;

    NftType(String text, int length) {
        this.text = text;
        this.length = length;
    }

    /** Octets of a value; in a concatenation each is padded to a multiple of four. */
    public int length() {
        return length;
    }

    /** As in nft's language. */
    @Override
    public String toString() {
        return text;
    }
}
