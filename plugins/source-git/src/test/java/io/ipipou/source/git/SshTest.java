package io.ipipou.source.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Fetched;
import io.ipipou.spi.source.Location.Credentials;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real sshd(8). */
class SshTest {

    @TempDir
    private Path directory;

    private Git git;
    private Server server;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        git = Git.init(directory.resolve("origin"));
        git.commit("hosts/hub.yaml", "one\n");
        server = Server.sshd(directory, git);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void fetchesAndFollows() throws IOException, InterruptedException, SourceException {
        try (ConfigSource source = location("client", "known_hosts").open()) {
            Fetched first = source.fetch(Optional.empty());
            assertThat(first.content()).isEqualTo("one\n".getBytes(StandardCharsets.UTF_8));
            git.commit("hosts/hub.yaml", "two\n");
            String next = git.commit("hosts/hub.yaml", "three\n");
            assertThat(source.head()).isEqualTo(next);
            Fetched later = source.fetch(Optional.of(first.revision().id()));
            assertThat(later.content()).isEqualTo("three\n".getBytes(StandardCharsets.UTF_8));
            assertThat(later.descends()).isTrue();
        }
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> head(location("client", "known_hosts").ref("man")))
                .withMessageContaining("no branch or tag man (it has main)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t rsa -b 2048", "-t rsa -b 2048 -m PEM", "-t ecdsa", "-t ecdsa -m PEM"})
    void acceptsKeysOfEveryType(String options) throws IOException, InterruptedException, SourceException {
        Path key = directory.resolve("other");
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-N", "", "-f", key.toString()));
        command.addAll(List.of(options.split(" ")));
        git.execute("", command);
        Files.copy(Path.of(key + ".pub"), directory.resolve("client.pub"), StandardCopyOption.REPLACE_EXISTING);

        try (ConfigSource source = location("other", "known_hosts").open()) {
            assertThat(source.head()).isEqualTo(git.run("rev-parse", "HEAD"));
        }
    }

    @Test
    void rejectsAnUnknownHost() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty"));
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> head(location("client", "empty")))
                .withMessageContaining("unknown host key")
                .withMessageContaining("add to " + empty + ": [127.0.0.1]:" + server.port() + " ssh-ed25519 AAAA");
        assertThat(empty).isEmptyFile();
    }

    @Test
    void theLineInTheMessageMakesTheHostKnown() throws IOException, SourceException {
        Path file = Files.createFile(directory.resolve("empty"));
        try (ConfigSource source = location("client", "empty").open()) {
            assertThatExceptionOfType(SourceException.class)
                    .isThrownBy(source::head)
                    .satisfies(rejected -> {
                        String line = String.valueOf(rejected.getMessage()).split(file + ": ", 2)[1];
                        Files.writeString(file, line.substring(0, line.length() - 1) + "\n");
                    });
            assertThat(source.head()).hasSize(40);
        }
    }

    @Test
    void rejectsAHostWithAnotherKey() throws IOException {
        String other = Files.readString(directory.resolve("client.pub"));
        Files.writeString(directory.resolve("known_hosts"), "[127.0.0.1]:" + server.port() + " " + other);
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> head(location("client", "known_hosts")))
                .withMessageContaining("is not the one in " + directory.resolve("known_hosts"));
    }

    @Test
    void reportsThatTheServerRejectsTheKey() {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> head(location("host", "known_hosts")))
                .withMessageContaining("rejects the key " + directory.resolve("host"));
    }

    @Test
    void reportsAKeyWithAPassphrase() throws IOException, InterruptedException {
        git.execute(
                "",
                List.of(
                        "ssh-keygen",
                        "-q",
                        "-p",
                        "-N",
                        "secret",
                        "-f",
                        directory.resolve("client").toString()));
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> head(location("client", "known_hosts")))
                .withMessageContaining(directory.resolve("client").toString())
                .withMessageContaining("passphrase");
    }

    @Test
    void reportsAMissingRepository() {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> head(at("/nowhere", "client", "known_hosts")))
                .withMessageContaining("the repository does not exist");
    }

    private Locations location(String identity, String knownHosts) {
        return at(git.directory().toString(), identity, knownHosts);
    }

    private Locations at(String path, String identity, String knownHosts) {
        String user = System.getProperty("user.name");
        return Locations.at("ssh://" + user + "@127.0.0.1:" + server.port() + path, directory)
                .credentials(new Credentials(
                        Optional.of(directory.resolve(identity)), Optional.of(directory.resolve(knownHosts))));
    }

    private static String head(Locations location) throws SourceException {
        try (ConfigSource source = location.open()) {
            return source.head();
        }
    }
}
