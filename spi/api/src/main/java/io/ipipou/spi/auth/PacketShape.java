package io.ipipou.spi.auth;

import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.util.Optional;

/**
 * What a packet filter can tell about the packets of a scheme without understanding them. Packets of another shape never
 * reach the scheme.
 *
 * @param minLength the shortest UDP payload, bytes
 * @param maxLength the longest, at most {@link Payload#MAX_LENGTH}
 * @param address the source address, empty for any
 * @param port the source port, empty for any
 */
public record PacketShape(int minLength, int maxLength, Optional<Ipv4> address, Optional<Integer> port) {

    public PacketShape {
        if (minLength < 0 || maxLength < minLength || maxLength > Payload.MAX_LENGTH) {
            throw new IllegalArgumentException("not a range of payload lengths: " + minLength + ".." + maxLength);
        }
    }

    /** Payloads of minLength..maxLength bytes from anywhere. */
    public static PacketShape ofLengths(int minLength, int maxLength) {
        return new PacketShape(minLength, maxLength, Optional.empty(), Optional.empty());
    }

    /** Payloads of exactly so many bytes from anywhere. */
    public static PacketShape ofLength(int length) {
        return ofLengths(length, length);
    }

    /** Any payload from such a source. */
    public static PacketShape from(Optional<Ipv4> address, Optional<Integer> port) {
        return new PacketShape(0, Payload.MAX_LENGTH, address, port);
    }

    public boolean matches(AuthPacket attempt) {
        int length = attempt.payload().length();
        Endpoint source = attempt.source();
        return length >= minLength
                && length <= maxLength
                && address.map(source.address()::equals).orElse(true)
                && port.map(expected -> expected == source.port()).orElse(true);
    }
}
