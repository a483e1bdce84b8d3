package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import java.io.IOException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Set;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.digest.DigestUtils;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** Public keys in SSH's wire format (RFC 4253 section 6.6). */
final class SshPublicKeys {

    static final String RSA = "ssh-rsa";

    private static final Set<String> TYPES = Set.of(
            "ssh-ed25519",
            "sk-ssh-ed25519@openssh.com",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "sk-ecdsa-sha2-nistp256@openssh.com",
            RSA);

    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 16384;

    private SshPublicKeys() {}

    /** @throws MalformedException if the key is invalid, too weak, or of a type that is not supported */
    static PublicKey decode(byte[] blob) throws MalformedException {
        String type = type(blob);
        if (!TYPES.contains(type)) {
            throw new MalformedException("keys of type " + Printable.line(type) + " are not supported");
        }
        PublicKey key;
        Buffer encodedAgain = new ByteArrayBuffer();
        try {
            key = new ByteArrayBuffer(blob).getRawPublicKey();
            encodedAgain.putRawPublicKey(key);
        } catch (IOException | RuntimeException e) {
            throw new MalformedException("the " + type + " key is invalid");
        }
        // The library ignores what follows a key, and takes forms that OpenSSH rejects.
        if (!Arrays.equals(encodedAgain.getCompactData(), blob)) {
            throw new MalformedException("the " + type + " key is invalid");
        }
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
                throw new MalformedException("the RSA key has " + bits + " bits (" + MIN_RSA_BITS + " to "
                        + MAX_RSA_BITS + " are supported)");
            }
        }
        return key;
    }

    static String type(byte[] blob) throws MalformedException {
        try {
            return new ByteArrayBuffer(blob).getString();
        } catch (BufferException e) {
            throw new MalformedException("the key is truncated");
        }
    }

    /** As {@code ssh-keygen -l} prints it. */
    static String fingerprint(byte[] blob) {
        try {
            return DigestUtils.getFingerPrint(BuiltinDigests.sha256, blob);
        } catch (Exception e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
