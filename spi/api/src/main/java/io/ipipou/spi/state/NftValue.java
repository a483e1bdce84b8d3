package io.ipipou.spi.state;

/**
 * A value of a set's key or a map's data.
 *
 * @param bits an address as {@link Ipv4#bits}, a port as 0..65535
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

    /** As in nft's language. */
    @Override
    public String toString() {
        return type == NftType.IPV4_ADDR ? new Ipv4(bits).toString() : Integer.toString(bits);
    }
}
