package io.ipipou.spi.state;

import java.util.Comparator;
import java.util.Optional;

/**
 * An IPv4 prefix such as 10.20.0.0/16; 0.0.0.0/0 is the default route.
 *
 * @param address the network address, all bits after {@code length} zero
 * @param length 0..32
 */
public record Ipv4Prefix(Ipv4 address, int length) implements Comparable<Ipv4Prefix> {

    private static final Comparator<Ipv4Prefix> ORDER =
            Comparator.comparing(Ipv4Prefix::address).thenComparing(Ipv4Prefix::length);

    public Ipv4Prefix {
        if (length < 0 || length > 32) {
            throw new IllegalArgumentException("a prefix length is 0..32, not " + length);
        }
        if ((address.bits() & ~mask(length)) != 0) {
            throw new IllegalArgumentException(address + "/" + length + " has host bits set");
        }
    }

    /**
     * Parses {@code ADDRESS/LENGTH}.
     *
     * @return empty when the text has any other form, or the address has bits set after the length
     */
    public static Optional<Ipv4Prefix> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]|[12][0-9]|3[0-2]")) {
            return Optional.empty();
        }
        int length = Integer.parseInt(text.substring(slash + 1));
        return Ipv4.parse(text.substring(0, slash))
                .filter(address -> (address.bits() & ~mask(length)) == 0)
                .map(address -> new Ipv4Prefix(address, length));
    }

    /**
     * As {@link #parse}, for text that is known to be a prefix.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static Ipv4Prefix of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an IPv4 prefix: " + text));
    }

    /** The prefix of this length that contains the address. */
    public static Ipv4Prefix containing(Ipv4 address, int length) {
        return new Ipv4Prefix(new Ipv4(address.bits() & mask(length)), length);
    }

    /** The highest address. */
    public Ipv4 last() {
        return new Ipv4(address.bits() | ~mask(length));
    }

    public boolean contains(Ipv4 other) {
        return (other.bits() & mask(length)) == address.bits();
    }

    public boolean overlaps(Ipv4Prefix other) {
        return contains(other.address) || other.contains(address);
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << (32 - length);
    }

    /** By address, then the shorter prefix first. */
    @Override
    public int compareTo(Ipv4Prefix other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
