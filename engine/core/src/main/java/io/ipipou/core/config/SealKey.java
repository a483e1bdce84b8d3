package io.ipipou.core.config;

import com.google.crypto.tink.HybridDecrypt;
import com.google.crypto.tink.HybridEncrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.hybrid.HpkeParameters;
import com.google.crypto.tink.hybrid.HybridConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A host's key pair for sealed secrets: anyone with the public key can seal, and only the host can open. HPKE (RFC 9180) with
 * X25519, HKDF-SHA256 and AES-256-GCM, in Tink's encoding. A sealed secret is bound to the name of its setting, {@code
 * auth.laptop.secret}, and cannot be opened under another name. Immutable; safe for use by several threads.
 */
public final class SealKey {

    private static final String DEFAULT = "/etc/ipipou/seal.key";

    /** Binds sealed secrets to this program. */
    private static final String CONTEXT = "ipipou/v1 ";

    private final KeysetHandle keys;

    private SealKey(KeysetHandle keys) {
        this.keys = keys;
    }

    /** The file of this host's key: {@code IPIPOU_SEAL_KEY}, or {@code /etc/ipipou/seal.key}. */
    public static Path path(Function<String, Optional<String>> environment) {
        return Path.of(environment.apply("IPIPOU_SEAL_KEY").orElse(DEFAULT));
    }

    public static SealKey generate() throws GeneralSecurityException {
        HybridConfig.register();
        return new SealKey(KeysetHandle.generateNew(HpkeParameters.builder()
                .setKemId(HpkeParameters.KemId.DHKEM_X25519_HKDF_SHA256)
                .setKdfId(HpkeParameters.KdfId.HKDF_SHA256)
                .setAeadId(HpkeParameters.AeadId.AES_256_GCM)
                .setVariant(HpkeParameters.Variant.TINK)
                .build()));
    }

    /**
     * @throws IOException if it cannot be read
     * @throws GeneralSecurityException if it is not such a key
     */
    public static SealKey read(Path file) throws IOException, GeneralSecurityException {
        HybridConfig.register();
        byte[] encoded = decode(Files.readString(file, StandardCharsets.US_ASCII));
        return new SealKey(TinkProtoKeysetFormat.parseKeyset(encoded, InsecureSecretKeyAccess.get()));
    }

    /** Writes the key to a new file that only its owner can read. */
    public void write(Path file) throws IOException, GeneralSecurityException {
        byte[] encoded = TinkProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get());
        try (var out = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            out.write(StandardCharsets.US_ASCII.encode(encode(encoded) + "\n"));
        }
    }

    /** The public key in base64: not secret, but has to come from this host. */
    public String publicKey() throws GeneralSecurityException {
        return encode(TinkProtoKeysetFormat.serializeKeysetWithoutSecret(keys.getPublicKeysetHandle()));
    }

    /**
     * @param publicKey of the host that can open it
     * @param setting its name in the file: {@code auth.laptop.secret}
     * @return base64, different each time
     * @throws GeneralSecurityException if that is not a public key
     */
    public static String seal(String publicKey, byte[] secret, String setting) throws GeneralSecurityException {
        HybridConfig.register();
        return encode(TinkProtoKeysetFormat.parseKeysetWithoutSecret(decode(publicKey))
                .getPrimitive(RegistryConfiguration.get(), HybridEncrypt.class)
                .encrypt(secret, context(setting)));
    }

    /** @throws GeneralSecurityException if it was sealed to another key or for another setting, or is broken */
    byte[] open(String sealed, String setting) throws GeneralSecurityException {
        return keys.getPrimitive(RegistryConfiguration.get(), HybridDecrypt.class)
                .decrypt(decode(sealed), context(setting));
    }

    private static byte[] context(String setting) {
        return (CONTEXT + setting).getBytes(StandardCharsets.UTF_8);
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] decode(String text) throws GeneralSecurityException {
        try {
            return Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) { // its message quotes the text
            throw new GeneralSecurityException("not base64");
        }
    }

    @Override
    public String toString() {
        return "SealKey"; // and nothing of the key
    }
}
