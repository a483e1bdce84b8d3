package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Map;

/**
 * Checks one signature with one key.
 *
 * @param keyType the type of key that makes them
 * @param jca what Java calls it
 */
record SshAlgorithm(String keyType, String jca, boolean ecdsa) {

    private static final Map<String, SshAlgorithm> ALL = Map.of(
            "ssh-ed25519", new SshAlgorithm("ssh-ed25519", "Ed25519", false),
            "sk-ssh-ed25519@openssh.com", new SshAlgorithm("sk-ssh-ed25519@openssh.com", "Ed25519", false),
            "rsa-sha2-256", new SshAlgorithm("ssh-rsa", "SHA256withRSA", false),
            "rsa-sha2-512", new SshAlgorithm("ssh-rsa", "SHA512withRSA", false),
            "ecdsa-sha2-nistp256", new SshAlgorithm("ecdsa-sha2-nistp256", "SHA256withECDSA", true),
            "ecdsa-sha2-nistp384", new SshAlgorithm("ecdsa-sha2-nistp384", "SHA384withECDSA", true),
            "ecdsa-sha2-nistp521", new SshAlgorithm("ecdsa-sha2-nistp521", "SHA512withECDSA", true),
            "sk-ecdsa-sha2-nistp256@openssh.com",
                    new SshAlgorithm("sk-ecdsa-sha2-nistp256@openssh.com", "SHA256withECDSA", true));

    private static final int USER_PRESENT = 1;

    /** @throws MalformedException if it is unknown, too weak, or not for the key */
    static SshAlgorithm of(String name, SshKey key) throws MalformedException {
        SshAlgorithm found = ALL.get(name);
        if (found == null) {
            throw new MalformedException("signatures of type " + Printable.line(name) + " are not accepted");
        }
        if (!found.keyType().equals(key.type())) {
            throw new MalformedException("its type " + name + " does not fit its key of type " + key.type());
        }
        return found;
    }

    boolean verifies(SshKey key, byte[] message, byte[] rest) throws MalformedException {
        SshReader reader = new SshReader(rest);
        byte[] signature = reader.string();
        byte[] signed = key.application().isEmpty() ? message : byDevice(key, message, reader);
        reader.end();
        try {
            Signature verifier = Signature.getInstance(jca);
            verifier.initVerify(key.key());
            verifier.update(signed);
            return verifier.verify(ecdsa ? der(signature) : signature);
        } catch (GeneralSecurityException e) {
            // Java says so where the octets can be no signature, whatever the message.
            return false;
        }
    }

    /** What a security device signs: PROTOCOL.u2f, "SSH U2F Signatures". */
    private static byte[] byDevice(SshKey key, byte[] message, SshReader reader) throws MalformedException {
        int flags = reader.octet();
        int counter = reader.uint32();
        if ((flags & USER_PRESENT) == 0) {
            throw new MalformedException("nobody touched the security device");
        }
        byte[] application = sha256(key.application().getBytes(StandardCharsets.UTF_8));
        byte[] digest = sha256(message);
        return ByteBuffer.allocate(application.length + 1 + Integer.BYTES + digest.length)
                .put(application)
                .put((byte) flags)
                .putInt(counter)
                .put(digest)
                .array();
    }

    private static byte[] sha256(byte[] message) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Two numbers of SSH as the sequence of two INTEGERs that Java takes. */
    private static byte[] der(byte[] signature) throws MalformedException {
        SshReader numbers = new SshReader(signature);
        byte[] r = integer(numbers.mpint());
        byte[] s = integer(numbers.mpint());
        numbers.end();
        int length = r.length + s.length;
        byte[] head = length < 0x80 ? new byte[] {0x30, (byte) length} : new byte[] {0x30, (byte) 0x81, (byte) length};
        return new SshWriter().raw(head).raw(r).raw(s).bytes();
    }

    private static byte[] integer(BigInteger number) throws MalformedException {
        byte[] bytes = number.toByteArray();
        if (bytes.length > 67) {
            throw new MalformedException("it holds a number too large for its curve");
        }
        return new SshWriter()
                .raw(new byte[] {2, (byte) bytes.length})
                .raw(bytes)
                .bytes();
    }
}
