package io.ipipou.source.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Location.Trust;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.Signature.Status;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures that the real git and gpg(1) make. */
class OpenPgpSignedTest {

    private static final String ADA = "Ada <ada@example.net>";

    @TempDir
    private Path directory;

    private Path home;
    private Git git;
    private Path keyring;

    @BeforeEach
    void createRepository() throws IOException, InterruptedException {
        // Short: the agent's socket is in it, and a socket's path has at most 107 bytes.
        home = Files.createTempDirectory(Path.of("/tmp"), "gpg");
        git = Git.init(directory.resolve("origin")).with("GNUPGHOME", home.toString());
        git.run("config", "user.signingkey", "ada@example.net");
        keyring = directory.resolve("keyring");
    }

    @AfterEach
    void stopGpgAgent() throws IOException, InterruptedException {
        git.execute("", List.of("gpgconf", "--kill", "all"));
        git.execute("", List.of("rm", "-rf", home.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "rsa2048", "nistp256"})
    void trustsAKnownKeyOfEveryType(String algorithm) throws IOException, InterruptedException, SourceException {
        gpg("--quick-generate-key", ADA, algorithm, "sign", "never");
        git.commit("hosts/hub.yaml", "one\n", "-S");

        export("--armor");
        assertThat(signature()).isEqualTo(new Signature(Status.TRUSTED, ADA, ""));
        export("--no-armor");
        assertThat(signature()).isEqualTo(new Signature(Status.TRUSTED, ADA, ""));
    }

    @Test
    void trustsASigningSubkey() throws IOException, InterruptedException, SourceException {
        gpg("--quick-generate-key", ADA, "ed25519", "cert", "never");
        String fingerprint = gpg("--with-colons", "--list-keys")
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":")[9])
                .findFirst()
                .orElseThrow();
        gpg("--quick-add-key", fingerprint, "ed25519", "sign", "never");
        git.commit("hosts/hub.yaml", "one\n", "-S");
        export("--armor");

        assertThat(signature()).isEqualTo(new Signature(Status.TRUSTED, ADA, ""));
    }

    @Test
    void detectsAnUnknownKeyAndAChange() throws IOException, InterruptedException, SourceException {
        gpg("--quick-generate-key", ADA, "ed25519", "sign", "never");
        git.commit("hosts/hub.yaml", "one\n", "-S");
        export("--armor");
        String signed = git.run("cat-file", "commit", "HEAD") + "\n";
        git.commitRaw(signed.replace("a change", "a chance"));
        assertThat(signature().status()).isEqualTo(Status.BAD);

        gpg("--quick-generate-key", "Eve <eve@example.net>", "ed25519", "sign", "never");
        git.run("config", "user.signingkey", "eve@example.net");
        git.commit("hosts/hub.yaml", "two\n", "-S");
        assertThat(signature().status()).isEqualTo(Status.UNTRUSTED);
        assertThat(signature().detail()).isEqualTo("the key is not in the keyring");
    }

    @Test
    void doesNotTrustAKeyThatExpired() throws IOException, InterruptedException, SourceException {
        gpg("--faked-system-time", "20200101T000000", "--quick-generate-key", ADA, "ed25519", "sign", "1y");
        Path program = directory.resolve("gpg-of-2020");
        Files.writeString(program, "#!/bin/sh\nexec gpg --faked-system-time 20200601T000000 \"$@\"\n");
        git.execute("", List.of("chmod", "+x", program.toString()));
        git.commit("hosts/hub.yaml", "one\n");
        git.run("-c", "gpg.program=" + program, "commit", "-q", "--amend", "--no-edit", "-S");
        export("--armor");

        assertThat(signature().status()).isEqualTo(Status.UNTRUSTED);
        assertThat(signature().detail()).startsWith("the key expired at 20");
    }

    @Test
    void doesNotTrustAKeyThatWasRevoked() throws IOException, InterruptedException, SourceException {
        gpg("--quick-generate-key", ADA, "ed25519", "sign", "never");
        git.commit("hosts/hub.yaml", "one\n", "-S");
        String revocation;
        try (var files = Files.list(home.resolve("openpgp-revocs.d"))) {
            revocation = Files.readString(files.findFirst().orElseThrow()).replace(":-----BEGIN", "-----BEGIN");
        }
        git.execute(revocation, List.of("gpg", "--batch", "--import"));
        export("--armor");

        assertThat(signature()).isEqualTo(new Signature(Status.UNTRUSTED, ADA, "the key is revoked"));
    }

    @Test
    void rejectsAnInvalidKeyringOnOpen() throws IOException {
        Files.writeString(keyring, "no keys\n");
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(this::signature)
                .withMessageContaining(keyring + ": no OpenPGP public keys found");
    }

    private String gpg(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""));
        command.addAll(List.of(options));
        return git.execute("", command);
    }

    private void export(String armor) throws IOException, InterruptedException {
        Files.deleteIfExists(keyring);
        gpg(armor, "--output", keyring.toString(), "--export", "ada@example.net");
    }

    private Signature signature() throws SourceException {
        try (ConfigSource source = Locations.at("file://" + git.directory(), directory)
                .trust(new Trust(Optional.empty(), Optional.of(keyring)))
                .open()) {
            return source.fetch(Optional.empty()).revision().signature();
        }
    }
}
