package io.ipipou.source.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Location.Credentials;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {

    @TempDir
    private Path directory;

    private Git git;

    @BeforeEach
    void createRepository() throws IOException, InterruptedException {
        git = Git.init(directory.resolve("origin"));
        git.commit("hosts/hub.yaml", "one\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://example.net/x | write https://",
                "ftp://ada:s3cret@example.net/x | unknown transport ftp",
                "git://example.net/x.git | write ssh://USER@example.net/x.git or https://example.net/x.git",
                "relative/path | absolute path",
                "https:///path | names no host",
                "file://host/path | absolute path",
                "ssh://git:s3cret@example.net/x | ssh does not use a password",
                "git@example.net:x.git | ssh requires a private key",
            })
    void explainsAnInvalidUrl(String url, String message) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> Locations.at(url, directory).open())
                .withMessageContaining(message)
                .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "a\0b"})
    void rejectsAnInvalidPath(String path) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> location().path(path).open())
                .withMessageContaining("cannot be in a repository");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a..b", "-", "a^", "refs/heads/", "a~1", "x.lock", "--upload-pack=x"})
    void rejectsAnInvalidOrUnknownRef(String ref) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(location().ref(ref)))
                .withMessageContaining("branch or tag");
    }

    @Test
    void listsTheRefsOfTheRepository() throws IOException, InterruptedException {
        git.run("tag", "v1");
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(location().ref("man")))
                .withMessageContaining("no branch or tag man");
        git.run("tag", "main");
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(location()))
                .withMessageContaining("a branch and a tag main (write refs/heads/main or refs/tags/main)");
    }

    @Test
    void reportsAnEmptyRepository() throws IOException, InterruptedException {
        Git empty = Git.init(directory.resolve("empty"));
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(Locations.at("file://" + empty.directory(), directory)))
                .withMessageContaining("it is empty: push a commit");
    }

    @Test
    void rejectsWhatIsNotARegularFile() throws IOException, InterruptedException {
        Path hosts = git.directory().resolve("hosts");
        Files.createSymbolicLink(hosts.resolve("link.yaml"), Path.of("hub.yaml"));
        Files.createSymbolicLink(git.directory().resolve("other"), Path.of("hosts"));
        git.commitAll();
        git.run("update-index", "--add", "--cacheinfo", "160000," + git.run("rev-parse", "HEAD") + ",module");
        git.run("commit", "-q", "-m", "a module");

        assertRejected("hosts/link.yaml", "hosts/link.yaml is a symbolic link, which is not followed");
        assertRejected("other/hub.yaml", "other is a symbolic link");
        assertRejected("module", "module is a submodule");
        assertRejected("module/hub.yaml", "module is a submodule");
        assertRejected("hosts", "hosts is a directory");
        assertRejected("hosts/hub.yaml/x", "hosts/hub.yaml is a file");
        assertRejected("hosts/hup.yaml", "hosts/hup.yaml does not exist (hosts/ has hub.yaml, link.yaml)");
        assertRejected("host/hub.yaml", "host does not exist (the repository has hosts/, ");
    }

    private void assertRejected(String path, String message) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(location().path(path)))
                .withMessageContaining(message);
    }

    @Test
    void enforcesTheSizeLimits() throws IOException, InterruptedException {
        git.commit("hosts/hub.yaml", "x".repeat((1 << 20) + 1));
        assertRejected("hosts/hub.yaml", "hosts/hub.yaml is too large: 1048577 bytes (the limit is 1048576)");

        git.commit("hosts/hub.yaml", "y".repeat((1 << 20) + 1));
        Limits small = new Limits(1 << 20, 1 << 20, 16, 50);
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(location(), small))
                .withMessageContaining("a file of the repository is too large");

        byte[] random = new byte[2 << 20];
        new Random(1).nextBytes(random);
        Files.write(git.directory().resolve("noise"), random);
        git.commitAll();
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(location(), new Limits(1 << 20, 8 << 20, 16, 50)))
                .withMessageContaining("the server sends more than 1 MiB for one revision");
    }

    @Test
    void limitsTheHistoryThatItFetches() throws IOException, InterruptedException, SourceException {
        String first = git.run("rev-parse", "HEAD");
        for (int commit = 0; commit < 20; commit++) {
            git.commit("hosts/hub.yaml", "change " + commit + "\n");
        }
        try (ConfigSource source = location().open(new Limits(1 << 20, 1 << 20, 16, 50))) {
            assertThat(source.fetch(Optional.of(first)).descends()).isFalse();
        }
        try (ConfigSource source = location().open()) {
            assertThat(source.fetch(Optional.of(first)).descends()).isTrue();
            assertThat(source.fetch(Optional.of("0".repeat(39) + "1")).descends())
                    .isFalse();
        }
    }

    @Test
    void recreatesADamagedCache() throws IOException, InterruptedException, SourceException {
        Path cache = directory.resolve("cache");
        String head = fetch(location());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwx------");
        Path repository = cache.resolve("repository.git");
        try (Stream<Path> packs = Files.list(repository.resolve("objects/pack"))) {
            for (Path pack : packs.toList()) {
                Files.write(pack, new byte[100]);
            }
        }
        assertThat(fetch(location())).isEqualTo(head);

        Files.writeString(repository.resolve("config"), "[core\n");
        assertThat(fetch(location())).isEqualTo(head);
        Files.delete(repository.resolve("HEAD"));
        assertThat(fetch(location())).isEqualTo(head);
        Files.writeString(repository.resolve("refs/ipipou/head"), "nonsense\n");
        assertThat(fetch(location())).isEqualTo(head);
    }

    @Test
    void recreatesACacheWithTooManyPacks() throws IOException, InterruptedException, SourceException {
        Limits few = new Limits(1 << 20, 1 << 20, 16, 3);
        for (int commit = 0; commit < 8; commit++) {
            String id = git.commit("hosts/hub.yaml", "change " + commit + "\n");
            assertThat(fetch(location(), few)).isEqualTo(id);
        }
        try (Stream<Path> files = Files.list(directory.resolve("cache/repository.git/objects/pack"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".pack")).count())
                    .isBetween(1L, 4L);
        }
    }

    @Test
    void reportsAnUnreachableServer() throws IOException {
        int port = Server.freePort();
        for (String scheme : new String[] {"ssh", "https"}) {
            assertThatExceptionOfType(SourceException.class)
                    .isThrownBy(() -> fetch(at(scheme, "127.0.0.1:" + port)))
                    .withMessageStartingWith(scheme + "://127.0.0.1:" + port + "/x: cannot connect: ");
            assertThatExceptionOfType(SourceException.class)
                    .isThrownBy(() -> fetch(at(scheme, "no-such-host.invalid")))
                    .withMessageContaining("host name no-such-host.invalid does not resolve");
        }
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(Locations.at("file:///nowhere/x", directory)))
                .withMessageContaining("the repository does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "ssh"})
    void timesOutOnASilentServer(String scheme) throws IOException, SourceException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertTimesOut(scheme, silent.getLocalPort());
        }
    }

    @Test
    void timesOutOnAnSshServerThatDripsBytes() throws IOException, SourceException {
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket dripping = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (Socket socket = dripping.accept()) {
                    drip(socket.getOutputStream(), "SSH-2.0-", over);
                } catch (IOException e) {
                    over.countDown(); // The client has disconnected, as the test expects.
                }
            });
            thread.start();
            assertTimesOut("ssh", dripping.getLocalPort());
        } finally {
            over.countDown();
        }
    }

    @Test
    void timesOutOnAnHttpsServerThatDripsBytes() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (GitOverHttps server = new GitOverHttps(directory, git, Optional.empty())) {
            server.trust();
            server.answerWith(body -> drip(body, "001e# service=git-upload-pack\n0000fff0", over));
            assertTimesOut("https", server.port());
        } finally {
            over.countDown();
        }
    }

    /** Sends the start of a long line, then one byte at a time. */
    private static void drip(OutputStream out, String start, CountDownLatch over) throws IOException {
        out.write(start.getBytes(StandardCharsets.US_ASCII));
        try {
            while (!over.await(50, TimeUnit.MILLISECONDS)) {
                out.write('x');
                out.flush();
            }
        } catch (InterruptedException e) {
            over.countDown();
        }
    }

    private void assertTimesOut(String scheme, int port) throws IOException, SourceException {
        long start = System.nanoTime();
        try (ConfigSource source =
                at(scheme, "127.0.0.1:" + port).timeout(Duration.ofSeconds(1)).open()) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatExceptionOfType(SourceException.class)
                        .isThrownBy(source::head)
                        .withMessageContaining("no answer within 1 s");
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        await("the server holds no thread").until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("ipipou-git")));
    }

    /** A repository at another host, for ssh with files of a key and of known hosts. */
    private Locations at(String scheme, String host) throws IOException {
        Locations location = Locations.at(scheme + "://" + host + "/x", directory);
        if (!scheme.equals("ssh")) {
            return location;
        }
        Path key = Files.writeString(directory.resolve("key"), "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        Path known = Files.writeString(directory.resolve("known"), "");
        return location.credentials(new Credentials(Optional.of(key), Optional.of(known)));
    }

    private Locations location() {
        return Locations.at("file://" + git.directory(), directory);
    }

    private static String fetch(Locations location) throws SourceException {
        return fetch(location, Limits.STANDARD);
    }

    private static String fetch(Locations location, Limits limits) throws SourceException {
        try (ConfigSource source = location.open(limits)) {
            return source.fetch(Optional.empty()).revision().id();
        }
    }
}
