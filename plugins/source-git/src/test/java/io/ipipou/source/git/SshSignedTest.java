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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures that the real git and ssh-keygen(1) make. */
class SshSignedTest {

    @TempDir
    private Path directory;

    private Git git;
    private Path allowed;

    @BeforeEach
    void createRepository() throws IOException, InterruptedException {
        git = Git.init(directory.resolve("origin"));
        git.run("config", "gpg.format", "ssh");
        allowed = Files.createFile(directory.resolve("allowed_signers"));
        git.run("config", "gpg.ssh.allowedSignersFile", allowed.toString());
    }

    @ParameterizedTest
    @CsvSource({"ed25519,256", "ecdsa,256", "ecdsa,384", "ecdsa,521", "rsa,2048"})
    void trustsAKnownKeyOfEveryType(String type, String bits)
            throws IOException, InterruptedException, SourceException {
        allow("ada@example.net", "", key("ada", "-t", type, "-b", bits));
        git.commit("hosts/hub.yaml", "one\n", "-S");

        assertThat(signature()).isEqualTo(new Signature(Status.TRUSTED, "ada@example.net", ""));
    }

    @Test
    void distinguishesUnknownKeysAndMissingSignatures() throws IOException, InterruptedException, SourceException {
        git.commit("hosts/hub.yaml", "one\n");
        assertThat(signature()).isEqualTo(Signature.NONE);

        allow("ada@example.net", "", key("ada"));
        String unknown = key("unknown");
        git.commit("hosts/hub.yaml", "two\n", "-S");
        String[] fingerprint = git.execute(unknown + "\n", List.of("ssh-keygen", "-l", "-f", "-"))
                .split(" ");
        assertThat(signature())
                .isEqualTo(new Signature(Status.UNTRUSTED, fingerprint[1], "the key is not among the allowed signers"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "namespaces=\"git\"",
                "namespaces=\"file,g*\"",
                "namespaces=\"file\"",
                "namespaces=\"!git,*\"",
                "valid-after=\"20200101\"",
                "valid-after=\"20380101Z\"",
                "valid-before=\"20380101\"",
                "valid-before=\"202001011200\"",
                "valid-before=\"20200101120000Z\"",
                "valid-after=\"20200101\",valid-before=\"20380101\",namespaces=\"git\"",
                "NAMESPACES=\"git\"",
                "cert-authority",
            })
    void readsOptionsAsGitDoes(String options) throws IOException, InterruptedException, SourceException {
        allow("ada@example.net", options, key("ada"));
        git.commit("hosts/hub.yaml", "one\n", "-S");

        boolean trustedByGit =
                git.attempt("", List.of("git", "verify-commit", "HEAD")).status() == 0;
        assertThat(signature().status()).isEqualTo(trustedByGit ? Status.TRUSTED : Status.UNTRUSTED);
    }

    @Test
    void detectsAChangeAndAMovedSignature() throws IOException, InterruptedException, SourceException {
        allow("ada@example.net", "", key("ada"));
        git.commit("hosts/hub.yaml", "one\n", "-S");
        String signed = git.run("cat-file", "commit", "HEAD") + "\n";

        git.commitRaw(signed.replace("a change", "a chance"));
        assertThat(signature().status()).isEqualTo(Status.BAD);

        git.commit("hosts/hub.yaml", "two\n");
        String unsigned = git.run("cat-file", "commit", "HEAD") + "\n";
        String header = signed.substring(signed.indexOf("gpgsig "), signed.indexOf("\n\n") + 1);
        git.commitRaw(unsigned.replaceFirst("\n\n", "\n" + header + "\n"));
        assertThat(signature().status()).isEqualTo(Status.BAD);

        git.commitRaw(signed);
        assertThat(signature().status()).isEqualTo(Status.TRUSTED);
        git.commitRaw(signed.replaceFirst("\n\n", "\n" + header + "\n"));
        assertThat(signature().isTrusted()).isFalse();
    }

    @Test
    void rejectsASignatureForAnotherNamespace() throws IOException, InterruptedException, SourceException {
        allow("ada@example.net", "", key("ada"));
        git.commit("hosts/hub.yaml", "one\n");
        String commit = git.run("cat-file", "commit", "HEAD") + "\n";
        String key = directory.resolve("ada").toString();
        String armored = git.execute(commit, List.of("ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", key));
        String header = "gpgsig " + armored.replace("\n", "\n ") + "\n";
        git.commitRaw(commit.replaceFirst("\n\n", "\n" + header + "\n"));

        assertThat(signature().status()).isEqualTo(Status.UNTRUSTED);
        assertThat(signature().detail()).contains("namespace file");
    }

    @Test
    void reportsThatCertificatesAreNotSupported() throws IOException, InterruptedException, SourceException {
        String authority = key("authority");
        key("ada");
        git.run("config", "user.signingkey", directory.resolve("ada-cert.pub").toString());
        git.execute(
                "",
                List.of(
                        "ssh-keygen",
                        "-q",
                        "-s",
                        directory.resolve("authority").toString(),
                        "-I",
                        "ada",
                        "-n",
                        "ada@example.net",
                        directory.resolve("ada.pub").toString()));
        allow("ada@example.net", "cert-authority", authority);
        git.commit("hosts/hub.yaml", "one\n", "-S");

        assertThat(signature().status()).isEqualTo(Status.UNTRUSTED);
        assertThat(signature().detail()).contains("-cert-v01@openssh.com are not supported");
    }

    @Test
    void aTagsSignatureCountsForTheTagsName() throws IOException, InterruptedException, SourceException {
        allow("ada@example.net", "", key("ada"));
        git.commit("hosts/hub.yaml", "one\n");
        git.run("tag", "-s", "-m", "the first", "v1");
        git.run("tag", "-a", "-m", "not signed", "v2");
        git.run("update-ref", "refs/tags/v3", "refs/tags/v1");
        git.run("tag", "light");

        assertThat(signature(location()).status()).isEqualTo(Status.NONE);
        assertThat(signature(location().ref("v1")).status()).isEqualTo(Status.TRUSTED);
        assertThat(signature(location().ref("v2")).status()).isEqualTo(Status.NONE);
        assertThat(signature(location().ref("v3")).detail()).isEqualTo("the signature is of tag v1, not of v3");
        assertThat(signature(location().ref("light")).status()).isEqualTo(Status.NONE);
        try (ConfigSource source = location().ref("v1").open()) {
            assertThat(source.head()).isEqualTo(git.run("rev-parse", "HEAD"));
            assertThat(source.fetch(Optional.empty()).revision().id()).isEqualTo(source.head());
        }
    }

    @Test
    void rejectsAnInvalidAllowedSignersFileOnOpen() throws IOException {
        Files.writeString(allowed, "# release team\n\nada@example.net ssh-ed25519 nonsense\n");
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> location().open())
                .withMessageContaining(allowed + ": line 3: ");
    }

    private String key(String name, String... options) throws IOException, InterruptedException {
        Path file = directory.resolve(name);
        List<String> command =
                new ArrayList<>(List.of("ssh-keygen", "-q", "-N", "", "-C", name, "-f", file.toString()));
        command.addAll(options.length == 0 ? List.of("-t", "ed25519") : List.of(options));
        git.execute("", command);
        git.run("config", "user.signingkey", file.toString());
        return Files.readString(directory.resolve(name + ".pub")).strip();
    }

    private void allow(String principal, String options, String key) throws IOException {
        Files.writeString(allowed, principal + " " + options + (options.isEmpty() ? "" : " ") + key + "\n");
    }

    private Locations location() {
        return Locations.at("file://" + git.directory(), directory)
                .trust(new Trust(Optional.of(allowed), Optional.empty()));
    }

    private Signature signature() throws SourceException {
        return signature(location());
    }

    private static Signature signature(Locations location) throws SourceException {
        try (ConfigSource source = location.open()) {
            return source.fetch(Optional.empty()).revision().signature();
        }
    }
}
