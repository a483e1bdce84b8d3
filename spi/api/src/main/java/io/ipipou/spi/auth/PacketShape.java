package io.ipipou.spi.auth;

import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.util.Optional;

/**
 * What a packet filter can check of a scheme's packets. Packets of another shape never reach the scheme.
 *
 * @param minLength the shortest UDP payload in bytes
 * @param maxLength the longest UDP payload in bytes, at most {@link Payload#MAX_LENGTH}
 * @param address the source address, empty for any
 * @param port the source port, 1..65535, empty for any
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

    /** Payloads of exactly this length from anywhere. */
    public static PacketShape ofLength(int length) {
        return ofLengths(length, length);
    }

    /** Payloads of any length from this source. */
    public static PacketShape from(Optional<Ipv4> address, Optional<Integer> port) {
        return new PacketShape(0, Payload.MAX_LENGTH, address, port);
    }

    public boolean matches(AuthPacket packet) {
        int length = packet.payload().length();
        Endpoint source = packet.source();
        return length >= minLength
                && length <= maxLength
                && address.map(source.address()::equals).orElse(true)
                && port.map(expected -> expected == source.port()).orElse(true);
    }
}
