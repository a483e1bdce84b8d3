package org.example.ipipou.hmac;

import io.ipipou.spi.auth.Payload;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;

/** Unix time in seconds (8 bytes), nonce (8), both big-endian, and the code over the two (32). */
final class HmacPacket {

    private static final int CLAIM = Long.BYTES + Long.BYTES;

    /** Bytes of a proof. */
    static final int LENGTH = CLAIM + HmacKey.LENGTH;

    private HmacPacket() {}

    static Payload make(HmacKey key, Instant time, long nonce) {
        byte[] claim = ByteBuffer.allocate(CLAIM)
                .putLong(time.getEpochSecond())
                .putLong(nonce)
                .array();
        return Payload.of(ByteBuffer.allocate(LENGTH)
                .put(claim)
                .put(key.code(HmacKey.Purpose.PROOF, claim))
                .array());
    }

    static boolean isGenuine(HmacKey key, Payload proof) {
        byte[] bytes = proof.bytes();
        byte[] expected = key.code(HmacKey.Purpose.PROOF, Arrays.copyOf(bytes, CLAIM));
        return proof.length() == LENGTH && MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, CLAIM, LENGTH));
    }

    /** Of a genuine proof. */
    static Instant time(Payload proof) {
        return Instant.ofEpochSecond(ByteBuffer.wrap(proof.bytes()).getLong());
    }

    /** Of a genuine proof. */
    static long nonce(Payload proof) {
        return ByteBuffer.wrap(proof.bytes()).getLong(Long.BYTES);
    }
}
