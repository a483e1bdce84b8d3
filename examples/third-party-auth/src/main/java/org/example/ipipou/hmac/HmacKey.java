package org.example.ipipou.hmac;

import io.ipipou.spi.config.Secret;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 with one key. The purpose is part of the input, so a code is valid for one purpose only. */
record HmacKey(Secret secret) {

    enum Purpose {
        PACKET,
        REPLY,
        NAME
    }

    /** Bytes of a code. */
    static final int LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";

    byte[] code(Purpose purpose, byte[] message) {
        try {
            // A Mac is not thread-safe.
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.bytes(), ALGORITHM));
            mac.update((byte) purpose.ordinal());
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
