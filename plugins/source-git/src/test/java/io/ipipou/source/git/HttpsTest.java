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
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real git-http-backend(1). */
class HttpsTest {

    @TempDir
    private Path directory;

    private Git git;

    @BeforeEach
    void createRepository() throws IOException, InterruptedException {
        git = Git.init(directory.resolve("origin"));
        git.commit("hosts/hub.yaml", "one\n");
    }

    @Test
    void fetchesAndFollows() throws Exception {
        try (GitOverHttps server = server(Optional.empty());
                ConfigSource source = location(server, "").open()) {
            server.trust();
            Fetched first = source.fetch(Optional.empty());
            assertThat(first.content()).isEqualTo("one\n".getBytes(StandardCharsets.UTF_8));
            String next = git.commit("hosts/hub.yaml", "two\n");
            assertThat(source.head()).isEqualTo(next);
            assertThat(source.fetch(Optional.of(first.revision().id())).descends())
                    .isTrue();
        }
    }

    @Test
    void rejectsAnUntrustedCertificate() throws Exception {
        try (GitOverHttps server = server(Optional.empty());
                ConfigSource source = location(server, "").open()) {
            assertThatExceptionOfType(SourceException.class)
                    .isThrownBy(source::head)
                    .withMessageContaining("TLS failed")
                    .withMessageContaining("trusts the server's certificate");
        }
    }

    @Test
    void sendsUserAndPasswordAndNeverPrintsThem() throws Exception {
        Path file = directory.resolve("password");
        Files.writeString(file, "ada:s3cret\n");
        try (GitOverHttps server = server(Optional.of("ada:s3cret"))) {
            server.trust();
            String head = git.run("rev-parse", "HEAD");
            assertThat(head(location(server, "ada:s3cret@"))).isEqualTo(head);
            assertThat(head(location(server, "").credentials(new Credentials(Optional.of(file), Optional.empty()))))
                    .isEqualTo(head);
            assertThatExceptionOfType(SourceException.class)
                    .isThrownBy(() -> head(location(server, "ada:wr0ng@")))
                    .withMessageContaining("rejects the user and password")
                    .satisfies(HttpsTest::containsNoSecret);
            assertThatExceptionOfType(SourceException.class)
                    .isThrownBy(() -> head(location(server, "")))
                    .withMessageContaining("or requires one");
        }
    }

    @Test
    void reportsAMissingRepository() throws Exception {
        try (GitOverHttps server = server(Optional.empty())) {
            server.trust();
            assertThatExceptionOfType(SourceException.class)
                    .isThrownBy(() -> head(Locations.at("https://127.0.0.1:" + server.port() + "/nowhere", directory)))
                    .withMessageContaining("the repository does not exist");
        }
    }

    private static void containsNoSecret(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain("wr0ng").doesNotContain("ada");
        }
    }

    private GitOverHttps server(Optional<String> user)
            throws IOException, InterruptedException, GeneralSecurityException {
        return new GitOverHttps(directory, git, user);
    }

    private Locations location(GitOverHttps server, String user) {
        return Locations.at("https://" + user + "127.0.0.1:" + server.port() + "/origin", directory);
    }

    private static String head(Locations location) throws SourceException {
        try (ConfigSource source = location.open()) {
            return source.head();
        }
    }
}
