package io.ipipou.source.git.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.Signature.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.EdECPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Whatever comes: nothing but the one error, and never trust. */
class SignatureProperties {

    private static final byte[] PAYLOAD = "tree 0123\n\na change\n".getBytes(StandardCharsets.UTF_8);

    private final KeyPair pair;
    private final byte[] key;

    SignatureProperties() throws GeneralSecurityException {
        pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        // The X.509 form ends in the 32 octets that SSH has.
        byte[] encoded = ((EdECPublicKey) pair.getPublic()).getEncoded();
        key = new SshWriter()
                .string("ssh-ed25519")
                .string(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))
                .bytes();
    }

    @Property
    void aFileOfAllowedSignersIsReadOrRefused(@ForAll("lines") String text) {
        try {
            AllowedSigners.parse(text).signers().forEach(signer -> assertThat(signer.key())
                    .isNotEmpty());
        } catch (MalformedException e) {
            assertThat(e.getMessage()).startsWith("line ");
        }
    }

    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.of(
                        "ada@example.net",
                        " ",
                        "\n",
                        "\"",
                        "namespaces=\"git\"",
                        "valid-after=\"20200101\"",
                        ",",
                        "=",
                        "valid-before=\"99999999\"",
                        "valid-before=\"2020\"",
                        "cert-authority",
                        "ssh-ed25519",
                        "#",
                        "\\",
                        "sk-ssh-ed25519@openssh.com",
                        Base64.getEncoder().encodeToString(key),
                        "AAAA",
                        "é",
                        "\u0000")
                .list()
                .ofMaxSize(20)
                .map(words -> String.join("", words));
    }

    @Example
    void aLongLineIsNoTrouble() {
        for (String piece : new String[] {"a", "a=\"b\",", "\"", " ", "ssh-ed25519 "}) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> AllowedSigners.parse("ada " + piece.repeat(20_000)));
        }
    }

    @Property
    void anySignatureIsDecodedOrRefused(@ForAll @Size(max = 300) byte[] bytes) throws IOException, MalformedException {
        byte[] withMagic = new SshWriter()
                .raw(SshSignature.MAGIC)
                .raw(new byte[] {0, 0, 0, 1})
                .raw(bytes)
                .bytes();
        assertThat(check(armored(withMagic), PAYLOAD).isTrusted()).isFalse();
        assertThat(check(bytes, PAYLOAD).isTrusted()).isFalse();
    }

    @Property
    void anyKeyIsDecodedOrRefused(@ForAll("types") String type, @ForAll @Size(max = 200) byte[] rest) {
        try {
            assertThat(SshKey.decode(new SshWriter().string(type).raw(rest).bytes())
                            .type())
                    .isEqualTo(type);
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<String> types() {
        return Arbitraries.of(
                "ssh-ed25519",
                "ssh-rsa",
                "ecdsa-sha2-nistp256",
                "ecdsa-sha2-nistp521",
                "sk-ssh-ed25519@openssh.com",
                "x");
    }

    @Example
    void everyFlippedBitIsFound() throws Exception {
        byte[] signature = sign(PAYLOAD);
        assertThat(check(armored(signature), PAYLOAD).status()).isEqualTo(Status.TRUSTED);
        for (int bit = 0; bit < PAYLOAD.length * 8; bit++) {
            assertThat(check(armored(signature), flipped(PAYLOAD, bit)).status())
                    .isEqualTo(Status.BAD);
        }
        for (int bit = 0; bit < signature.length * 8; bit++) {
            assertThat(check(armored(flipped(signature, bit)), PAYLOAD).isTrusted())
                    .as("bit %d", bit)
                    .isFalse();
        }
    }

    @Example
    void anRsaKeysOldSignaturesAreRefused() {
        SshKey rsa = new SshKey("ssh-rsa", pair.getPublic(), "");
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> SshAlgorithm.of("ssh-rsa", rsa));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> SshAlgorithm.of("ssh-ed25519", rsa));
    }

    private byte[] sign(byte[] payload) throws GeneralSecurityException {
        byte[] message = new SshWriter()
                .raw(SshSignature.MAGIC)
                .string("git")
                .string("")
                .string("sha512")
                .string(MessageDigest.getInstance("SHA-512").digest(payload))
                .bytes();
        java.security.Signature signer = java.security.Signature.getInstance("Ed25519");
        signer.initSign(pair.getPrivate());
        signer.update(message);
        return new SshWriter()
                .raw(SshSignature.MAGIC)
                .raw(new byte[] {0, 0, 0, 1})
                .string(key)
                .string("git")
                .string("")
                .string("sha512")
                .string(new SshWriter()
                        .string("ssh-ed25519")
                        .string(signer.sign())
                        .bytes())
                .bytes();
    }

    private Signature check(byte[] armored, byte[] payload) throws IOException, MalformedException {
        Path file = Files.createTempFile("allowed", ".signers");
        try {
            Files.writeString(file, "ada ssh-ed25519 " + Base64.getEncoder().encodeToString(key) + "\n");
            return new SshTrust(Optional.of(file)).check(new Signed(payload, armored, Instant.EPOCH));
        } finally {
            Files.delete(file);
        }
    }

    private static byte[] armored(byte[] signature) {
        return (SshSignature.BEGIN + "\n" + Base64.getEncoder().encodeToString(signature)
                        + "\n-----END SSH SIGNATURE-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << (bit % 8));
        return copy;
    }
}
