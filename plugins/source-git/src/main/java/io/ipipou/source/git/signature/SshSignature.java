package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * A signature in the format of {@code ssh-keygen -Y sign} (OpenSSH's PROTOCOL.sshsig).
 *
 * @param key the signer's public key in SSH's wire format
 * @param hash name of the digest that was signed
 * @param signature algorithm name and signature; for security keys also flags and a counter
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SshSignature(byte[] key, String namespace, String hash, byte[] signature) {

    static final String BEGIN = "-----BEGIN SSH SIGNATURE-----\n";
    static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);

    private static final String END = "\n-----END SSH SIGNATURE-----";
    private static final Map<String, String> DIGESTS = Map.of("sha256", "SHA-256", "sha512", "SHA-512");
    private static final int USER_PRESENT = 1;

    static SshSignature decode(byte[] armored) throws MalformedException {
        Buffer in = new ByteArrayBuffer(dearmor(new String(armored, StandardCharsets.ISO_8859_1)));
        try {
            byte[] magic = new byte[MAGIC.length];
            in.getRawBytes(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new MalformedException("it does not begin with SSHSIG");
            }
            long version = in.getUInt();
            if (version != 1) {
                throw new MalformedException("version " + version + " is not supported");
            }
            byte[] key = in.getBytes();
            String namespace = in.getString();
            in.getBytes(); // reserved
            String hash = in.getString();
            byte[] signature = in.getBytes();
            if (in.available() > 0) {
                throw new MalformedException("data follows its end");
            }
            return new SshSignature(key, namespace, hash, signature);
        } catch (BufferException e) {
            throw new MalformedException("it is truncated");
        }
    }

    private static byte[] dearmor(String armored) throws MalformedException {
        String text = armored.stripTrailing();
        if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
            throw new MalformedException("it is not enclosed in " + BEGIN.strip() + " and " + END.strip());
        }
        return StrictBase64.decode(
                text.substring(BEGIN.length(), text.length() - END.length()).replaceAll("\\s", ""));
    }

    /**
     * Whether the key made this signature for the payload.
     *
     * @throws MalformedException if the key or the algorithm is not accepted
     */
    boolean matches(byte[] payload) throws MalformedException {
        byte[] signedContent = signedContent(payload);
        Signature verifier = verifier();
        try {
            verifier.update(null, signedContent);
            return verifier.verify(null, signature);
        } catch (Exception e) {
            // MINA and the JDK throw on bytes that are no signature of this algorithm, whatever was signed.
            return false;
        }
    }

    private byte[] signedContent(byte[] payload) throws MalformedException {
        String digest = DIGESTS.get(hash);
        if (digest == null) {
            throw new MalformedException("digest " + Printable.line(hash) + " is not accepted");
        }
        Buffer content = new ByteArrayBuffer();
        content.putRawBytes(MAGIC);
        content.putString(namespace);
        content.putString(""); // reserved
        content.putString(hash);
        try {
            content.putBytes(MessageDigest.getInstance(digest).digest(payload));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + digest, e);
        }
        return content.getCompactData();
    }

    private Signature verifier() throws MalformedException {
        PublicKey publicKey = SshPublicKeys.decode(key);
        String algorithm = algorithm(KeyUtils.getKeyType(publicKey));
        try {
            Signature verifier = BuiltinSignatures.fromFactoryName(algorithm).create();
            verifier.initVerifier(null, publicKey);
            return verifier;
        } catch (Exception e) {
            throw new MalformedException("this host's Java does not support " + algorithm);
        }
    }

    /** Rejects what the library lets pass and OpenSSH does not. */
    private String algorithm(String keyType) throws MalformedException {
        Buffer in = new ByteArrayBuffer(signature);
        try {
            String algorithm = in.getString();
            boolean fits = keyType.equals(SshPublicKeys.RSA)
                    ? algorithm.equals("rsa-sha2-256") || algorithm.equals("rsa-sha2-512")
                    : algorithm.equals(keyType);
            if (!fits) {
                throw new MalformedException("signature type " + Printable.line(algorithm)
                        + " is not accepted for a key of type " + keyType);
            }
            byte[] value = in.getBytes();
            if (algorithm.contains("ecdsa")) {
                checkNumbers(new ByteArrayBuffer(value));
            }
            if (algorithm.startsWith("sk-")) {
                checkUserPresent(in);
            } else if (in.available() > 0) {
                throw new MalformedException("data follows its end");
            }
            return algorithm;
        } catch (BufferException e) {
            throw new MalformedException("it is truncated");
        }
    }

    private static void checkNumbers(Buffer in) throws MalformedException {
        for (byte[] number : List.of(in.getBytes(), in.getBytes())) {
            if (number.length > 0 && number[0] < 0) {
                throw new MalformedException("it holds a negative number");
            }
        }
    }

    private static void checkUserPresent(Buffer in) throws MalformedException {
        if ((in.getByte() & USER_PRESENT) == 0) {
            throw new MalformedException("nobody touched the security key");
        }
    }
}
