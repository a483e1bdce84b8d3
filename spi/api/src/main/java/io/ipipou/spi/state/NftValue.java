package io.ipipou.spi.state;

/**
 * A part of a set's key, or a map's value.
 *
 * @param bits an address as in {@link Ipv4#bits}, or a port 0..65535
 */
public record NftValue(NftType type, int bits) {

    public NftValue {
        if (type == NftType.INET_SERVICE && (bits & 0xffff) != bits) {
            throw new IllegalArgumentException("not a port: " + bits);
        }
    }

    public static NftValue of(Ipv4 address) {
        return new NftValue(NftType.IPV4_ADDR, address.bits());
    }

    public static NftValue port(int port) {
        return new NftValue(NftType.INET_SERVICE, port);
    }

    /** In nft's syntax. */
    @Override
    public String toString() {
        return type == NftType.IPV4_ADDR ? new Ipv4(bits).toString() : Integer.toString(bits);
    }
}
