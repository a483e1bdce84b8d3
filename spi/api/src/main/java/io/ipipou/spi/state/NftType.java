package io.ipipou.spi.state;

/** A data type of set keys and map values. */
public enum NftType {
    /** {@code ipv4_addr}. */
    IPV4_ADDR("ipv4_addr", 4),
    /** {@code inet_service}: a port, big-endian. */
    INET_SERVICE("inet_service", 2);

    private final String text;
    private final int length;

    NftType(String text, int length) {
        this.text = text;
        this.length = length;
    }

    /** In bytes. In a concatenation each value is padded to a multiple of 4 bytes. */
    public int length() {
        return length;
    }

    /** In nft's syntax. */
    @Override
    public String toString() {
        return text;
    }
}
