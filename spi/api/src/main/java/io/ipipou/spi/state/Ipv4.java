package io.ipipou.spi.state;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An IPv4 address.
 *
 * @param bits the 32 bits in host byte order: 127.0.0.1 is {@code 0x7F000001}
 */
public record Ipv4(int bits) implements Comparable<Ipv4> {

    /** 0.0.0.0: any address of a listener, no address of a tunnel. */
    public static final Ipv4 ANY = new Ipv4(0);

    /**
     * Parses four decimal octets without leading zeros, the form that all tools read alike.
     *
     * @return empty when the text has any other form
     */
    public static Optional<Ipv4> parse(String text) {
        String[] octets = text.split("\\.", -1);
        if (octets.length != 4) {
            return Optional.empty();
        }
        int bits = 0;
        for (String octet : octets) {
            int value = octet(octet);
            if (value < 0) {
                return Optional.empty();
            }
            bits = (bits << 8) | value;
        }
        return Optional.of(new Ipv4(bits));
    }

    /** Returns -1 when the text is not an octet. */
    private static int octet(String text) {
        int length = text.length();
        if (length == 0 || length > 3 || (length > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < length; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            value = value * 10 + digit - '0';
        }
        return value > 255 ? -1 : value;
    }

    /**
     * As {@link #parse}, for text that is known to be an address.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static Ipv4 of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an IPv4 address: " + text));
    }

    /**
     * The address in four bytes in network byte order.
     *
     * @throws IllegalArgumentException if there are not exactly four bytes
     */
    public static Ipv4 ofBytes(byte[] bytes) {
        if (bytes.length != 4) {
            throw new IllegalArgumentException("an IPv4 address has 4 bytes, not " + bytes.length);
        }
        return new Ipv4(ByteBuffer.wrap(bytes).getInt());
    }

    /** Four bytes in network byte order. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(Integer.BYTES).putInt(bits).array();
    }

    /** Whether this is 0.0.0.0. */
    public boolean isAny() {
        return bits == 0;
    }

    /** In numeric order: 9.0.0.0 before 10.0.0.0 before 200.0.0.0. */
    @Override
    public int compareTo(Ipv4 other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return (bits >>> 24) + "." + ((bits >>> 16) & 0xff) + "." + ((bits >>> 8) & 0xff) + "." + (bits & 0xff);
    }
}
