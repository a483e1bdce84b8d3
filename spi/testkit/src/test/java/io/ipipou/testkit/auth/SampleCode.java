package io.ipipou.testkit.auth;

import io.ipipou.spi.config.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Packets of the sample scheme: Unix time (8 bytes), nonce (8), and a hash of purpose, key, time and nonce (32). */
final class SampleCode {

    static final int SIGNED_LENGTH = 16;
    static final int LENGTH = SIGNED_LENGTH + 32;

    private SampleCode() {}

    static byte[] hash(String purpose, Secret key, byte[] message) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(purpose.getBytes(StandardCharsets.UTF_8));
            sha256.update(key.bytes());
            return sha256.digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] request(Secret key, long time, long nonce) {
        byte[] signed =
                ByteBuffer.allocate(SIGNED_LENGTH).putLong(time).putLong(nonce).array();
        return ByteBuffer.allocate(LENGTH)
                .put(signed)
                .put(hash("request", key, signed))
                .array();
    }
}
