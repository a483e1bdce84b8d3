package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * A public key of SSH: RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709, and OpenSSH's PROTOCOL.u2f for keys on a
 * security device.
 *
 * @param type as the key itself names it
 * @param application for a security device's key, what it is for; else empty
 */
record SshKey(String type, PublicKey key, String application) {

    private static final int ED25519_BYTES = 32;
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 16384;
    private static final int UNCOMPRESSED = 4;

    static SshKey decode(byte[] blob) throws MalformedException {
        SshReader reader = new SshReader(blob);
        String type = reader.text();
        try {
            PublicKey key =
                    switch (type) {
                        case "ssh-ed25519", "sk-ssh-ed25519@openssh.com" -> ed25519(reader.string());
                        case "ecdsa-sha2-nistp256",
                                "ecdsa-sha2-nistp384",
                                "ecdsa-sha2-nistp521",
                                "sk-ecdsa-sha2-nistp256@openssh.com" -> ecdsa(reader.text(), reader.string());
                        case "ssh-rsa" -> rsa(reader.mpint(), reader.mpint());
                        default ->
                            throw new MalformedException("keys of type " + Printable.line(type) + " are not supported");
                    };
            String application = type.startsWith("sk-") ? reader.text() : "";
            reader.end();
            return new SshKey(type, key, application);
        } catch (GeneralSecurityException e) {
            throw new MalformedException("the key of type " + type + " is none");
        }
    }

    /** As {@code ssh-keygen -l} prints it. */
    static String fingerprint(byte[] blob) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static PublicKey ed25519(byte[] point) throws GeneralSecurityException, MalformedException {
        if (point.length != ED25519_BYTES) {
            throw new MalformedException("its Ed25519 key has " + point.length + " bytes");
        }
        byte[] bigEndian = new byte[ED25519_BYTES];
        for (int i = 0; i < ED25519_BYTES; i++) {
            bigEndian[i] = point[ED25519_BYTES - 1 - i];
        }
        boolean odd = (bigEndian[0] & 0x80) != 0;
        bigEndian[0] &= 0x7f;
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(
                        NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, bigEndian))));
    }

    private static PublicKey ecdsa(String curve, byte[] point) throws GeneralSecurityException, MalformedException {
        String name =
                switch (curve) {
                    case "nistp256" -> "secp256r1";
                    case "nistp384" -> "secp384r1";
                    case "nistp521" -> "secp521r1";
                    default -> throw new MalformedException("the curve " + Printable.line(curve) + " is not supported");
                };
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        int width = (spec.getCurve().getField().getFieldSize() + 7) / 8;
        if (point.length != 1 + 2 * width || point[0] != UNCOMPRESSED) {
            throw new MalformedException("its point is none of the curve " + curve);
        }
        ECPoint w = new ECPoint(
                new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + width)),
                new BigInteger(1, Arrays.copyOfRange(point, 1 + width, point.length)));
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, spec));
    }

    private static PublicKey rsa(BigInteger exponent, BigInteger modulus)
            throws GeneralSecurityException, MalformedException {
        int bits = modulus.bitLength();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            throw new MalformedException("its RSA key has " + bits + " bits, and " + MIN_RSA_BITS + " is the least");
        }
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }
}
