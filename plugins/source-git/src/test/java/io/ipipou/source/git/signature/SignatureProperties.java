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
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** Whatever the input: no other exception, and never trust. */
class SignatureProperties {

    private static final byte[] PAYLOAD = "tree 0123\n\na change\n".getBytes(StandardCharsets.UTF_8);

    private final SigningKey key;
    private final Path allowed;

    SignatureProperties() throws GeneralSecurityException, IOException {
        key = SigningKey.ed25519();
        allowed = Files.writeString(Files.createTempFile("allowed", ".signers"), "ada " + key.line() + "\n");
    }

    @AfterProperty
    void deleteFile() throws IOException {
        Files.delete(allowed);
    }

    @Property
    void anAllowedSignersFileIsReadOrRejected(@ForAll("lines") String text) {
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
                        Base64.getEncoder().encodeToString(key.blob()),
                        "AAAA",
                        "é",
                        "\u0000")
                .list()
                .ofMaxSize(20)
                .map(words -> String.join("", words));
    }

    @Example
    void longLinesAreRejectedQuickly() {
        for (String piece : new String[] {"a", "a=\"b\",", "\"", " ", "ssh-ed25519 "}) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> AllowedSigners.parse("ada " + piece.repeat(20_000)));
        }
    }

    @Property
    void noRandomSignatureIsTrusted(@ForAll @Size(max = 300) byte[] bytes) throws IOException, MalformedException {
        Buffer withMagic = new ByteArrayBuffer();
        withMagic.putRawBytes(SshSignature.MAGIC);
        withMagic.putUInt(1);
        withMagic.putRawBytes(bytes);
        assertThat(check(SigningKey.armored(withMagic.getCompactData()), PAYLOAD)
                        .isTrusted())
                .isFalse();
        assertThat(check(bytes, PAYLOAD).isTrusted()).isFalse();
    }

    @Property
    void anyKeyIsDecodedOrRejected(@ForAll("types") String type, @ForAll @Size(max = 200) byte[] rest) {
        Buffer blob = new ByteArrayBuffer();
        blob.putString(type);
        blob.putRawBytes(rest);
        try {
            assertThat(KeyUtils.getKeyType(SshPublicKeys.decode(blob.getCompactData())))
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
        byte[] signature = key.sign(PAYLOAD, "git", "sha512");
        assertThat(check(SigningKey.armored(signature), PAYLOAD).status()).isEqualTo(Status.TRUSTED);
        for (int bit = 0; bit < PAYLOAD.length * 8; bit++) {
            assertThat(check(SigningKey.armored(signature), flipped(PAYLOAD, bit))
                            .status())
                    .isEqualTo(Status.BAD);
        }
        for (int bit = 0; bit < signature.length * 8; bit++) {
            assertThat(check(SigningKey.armored(flipped(signature, bit)), PAYLOAD)
                            .isTrusted())
                    .as("bit %d", bit)
                    .isFalse();
        }
    }

    @Example
    void sha1SignaturesOfRsaKeysAreRejected() throws Exception {
        SigningKey rsa = SigningKey.rsa(2048, "ssh-rsa");
        for (String algorithm : new String[] {"ssh-rsa", "ssh-ed25519"}) {
            SigningKey other = new SigningKey(rsa.type(), algorithm, "ssh-rsa", rsa.pair());
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> new SshSignature(
                                    rsa.blob(), "git", "sha512", other.signature(PAYLOAD, "git", "sha512"))
                            .matches(PAYLOAD))
                    .withMessageContaining(algorithm + " is not accepted");
        }
    }

    private Signature check(byte[] armored, byte[] payload) throws IOException, MalformedException {
        return new SshVerifier(Optional.of(allowed)).verify(new SignedObject(payload, armored, Instant.EPOCH));
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << (bit % 8));
        return copy;
    }
}
