package org.example.ipipou.hmac;

import io.ipipou.spi.auth.Payload;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;

/** Unix time in seconds (8 bytes) and nonce (8), both big-endian, and the code over the two (32). */
final class HmacPacket {

    private static final int CONTENT = Long.BYTES + Long.BYTES;

    /** Bytes of an authentication packet. */
    static final int LENGTH = CONTENT + HmacKey.LENGTH;

    private HmacPacket() {}

    static Payload make(HmacKey key, Instant time, long nonce) {
        byte[] content = ByteBuffer.allocate(CONTENT)
                .putLong(time.getEpochSecond())
                .putLong(nonce)
                .array();
        return Payload.of(ByteBuffer.allocate(LENGTH)
                .put(content)
                .put(key.code(HmacKey.Purpose.PACKET, content))
                .array());
    }

    static boolean isAuthentic(HmacKey key, Payload packet) {
        byte[] bytes = packet.bytes();
        byte[] expected = key.code(HmacKey.Purpose.PACKET, Arrays.copyOf(bytes, CONTENT));
        return packet.length() == LENGTH && MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, CONTENT, LENGTH));
    }

    /** Meaningful only if the packet is authentic. */
    static Instant time(Payload packet) {
        return Instant.ofEpochSecond(ByteBuffer.wrap(packet.bytes()).getLong());
    }

    /** Meaningful only if the packet is authentic. */
    static long nonce(Payload packet) {
        return ByteBuffer.wrap(packet.bytes()).getLong(Long.BYTES);
    }
}
