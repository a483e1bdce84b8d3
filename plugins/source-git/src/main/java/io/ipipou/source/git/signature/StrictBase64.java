package io.ipipou.source.git.signature;

import java.util.Base64;

/** Base64 as OpenSSH reads it: padded, and with no bits set that no byte holds. */
final class StrictBase64 {

    private StrictBase64() {}

    static byte[] decode(String text) throws MalformedException {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not valid base64");
        }
        // Java's decoder accepts missing padding and stray bits.
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new MalformedException("not valid base64");
        }
        return bytes;
    }
}
