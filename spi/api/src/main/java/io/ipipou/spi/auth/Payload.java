package io.ipipou.spi.auth;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The payload of a UDP packet. Immutable. Comparisons take a time that depends on the lengths only, and the bytes are
 * never printed, since some schemes send their secret.
 */
public final class Payload {

    /** In bytes: 65535 minus an IPv4 and a UDP header. */
    public static final int MAX_LENGTH = 65535 - 20 - 8;

    public static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        if (bytes.length > MAX_LENGTH) {
            throw new IllegalArgumentException("a UDP payload has 0.." + MAX_LENGTH + " bytes, not " + bytes.length);
        }
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException if there are more bytes than {@link #MAX_LENGTH} */
    public static Payload of(byte[] bytes) {
        return new Payload(bytes.clone());
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    /** The same bytes in reverse order: the reply of a server that has no key of its own. */
    public Payload reversed() {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return new Payload(reversed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload && MessageDigest.isEqual(bytes, payload.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "(" + bytes.length + " bytes)";
    }
}
