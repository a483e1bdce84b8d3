package io.ipipou.source.git.signature;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Base64;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.u2f.SkED25519PublicKey;
import org.apache.sshd.common.config.keys.u2f.SkEcdsaPublicKey;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * A private key that signs like {@code ssh-keygen -Y sign}, also as a security key would.
 *
 * @param type the public key's
 * @param algorithm of its signatures
 * @param signer the library's name of the algorithm; without the prefix of a security key
 */
record SigningKey(String type, String algorithm, String signer, KeyPair pair) {

    private static final String APPLICATION = "ssh:";

    static SigningKey ed25519() throws GeneralSecurityException {
        return of("ssh-ed25519", "ssh-ed25519", 256);
    }

    static SigningKey rsa(int bits, String algorithm) throws GeneralSecurityException {
        return of("ssh-rsa", algorithm, bits);
    }

    static SigningKey ecdsa(int bits) throws GeneralSecurityException {
        String type = "ecdsa-sha2-nistp" + bits;
        return of(type, type, bits);
    }

    private static SigningKey of(String type, String algorithm, int bits) throws GeneralSecurityException {
        return new SigningKey(type, algorithm, algorithm, KeyUtils.generateKeyPair(type, bits));
    }

    /** The same key, as one on a security key. */
    SigningKey onSecurityKey() {
        String name = "sk-" + type + "@openssh.com";
        return new SigningKey(name, name, signer, pair);
    }

    private boolean isOnSecurityKey() {
        return type.startsWith("sk-");
    }

    /** The public key in SSH's wire format. */
    byte[] blob() {
        PublicKey key = pair.getPublic();
        if (isOnSecurityKey()) {
            key = key instanceof java.security.interfaces.ECPublicKey ec
                    ? new SkEcdsaPublicKey(APPLICATION, false, false, ec)
                    : new SkED25519PublicKey(APPLICATION, false, false, key);
        }
        Buffer blob = new ByteArrayBuffer();
        blob.putRawPublicKey(key);
        return blob.getCompactData();
    }

    /** As a line of an allowed signers file has it. */
    String line() {
        return type + " " + Base64.getEncoder().encodeToString(blob());
    }

    /** A signature, not armored. */
    byte[] sign(byte[] payload, String namespace, String hash) throws Exception {
        return enclosed(blob(), namespace, hash, signature(payload, namespace, hash));
    }

    /** What {@link SshSignature#signature} holds. */
    byte[] signature(byte[] payload, String namespace, String hash) throws Exception {
        Buffer content = new ByteArrayBuffer();
        content.putRawBytes(SshSignature.MAGIC);
        content.putString(namespace);
        content.putString("");
        content.putString(hash);
        content.putBytes(MessageDigest.getInstance(hash.toUpperCase(java.util.Locale.ROOT))
                .digest(payload));
        Buffer signature = new ByteArrayBuffer();
        signature.putString(algorithm);
        if (isOnSecurityKey()) {
            signature.putBytes(raw(asSecurityKey(content.getCompactData())));
            signature.putByte((byte) 1);
            signature.putUInt(7);
        } else {
            signature.putBytes(raw(content.getCompactData()));
        }
        return signature.getCompactData();
    }

    /** OpenSSH's PROTOCOL.u2f, "SSH U2F Signatures". */
    private static byte[] asSecurityKey(byte[] content) throws GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        Buffer signed = new ByteArrayBuffer();
        signed.putRawBytes(sha256.digest(APPLICATION.getBytes(StandardCharsets.UTF_8)));
        signed.putByte((byte) 1);
        signed.putUInt(7);
        signed.putRawBytes(sha256.digest(content));
        return signed.getCompactData();
    }

    private byte[] raw(byte[] content) throws Exception {
        Signature signing = BuiltinSignatures.fromFactoryName(signer).create();
        signing.initSigner(null, pair.getPrivate());
        signing.update(null, content);
        return signing.sign(null);
    }

    static byte[] enclosed(byte[] key, String namespace, String hash, byte[] signature) {
        Buffer out = new ByteArrayBuffer();
        out.putRawBytes(SshSignature.MAGIC);
        out.putUInt(1);
        out.putBytes(key);
        out.putString(namespace);
        out.putString("");
        out.putString(hash);
        out.putBytes(signature);
        return out.getCompactData();
    }

    static byte[] armored(byte[] signature) {
        return (SshSignature.BEGIN + "\n"
                        + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(signature)
                        + "\n-----END SSH SIGNATURE-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
