package io.ipipou.source.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Location.Credentials;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
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
    void makeARepository() throws IOException, InterruptedException {
        git = Git.init(directory.resolve("origin"));
        git.commit("hosts/hub.yaml", "one\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://example.net/x | write https://",
                "ftp://ada:s3cret@example.net/x | no transport is called ftp",
                "relative/path | absolute path",
                "https:///path | names no host",
                "file://host/path | absolute path",
                "ssh://git:s3cret@example.net/x | a password is not used with ssh",
                "git@example.net:x.git | ssh needs to show a key",
            })
    void saysWhatIsWrongWithAnAddress(String address, String message) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> Locations.at(address, directory).open())
                .withMessageContaining(message)
                .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "a\0b"})
    void refusesAPathThatIsNone(String path) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> place().path(path).open())
                .withMessageContaining("is none in a repository");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a..b", "-", "a^", "refs/heads/", "a~1", "x.lock", "--upload-pack=x"})
    void refusesARefThatIsNoneOrIsNotThere(String ref) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(place().ref(ref)))
                .withMessageContaining("branch or tag");
    }

    @Test
    void tellsWhichRefsThereAre() throws IOException, InterruptedException {
        git.run("tag", "v1");
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(place().ref("man")))
                .withMessageContaining("no branch or tag man");
        git.run("tag", "main");
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(place()))
                .withMessageContaining("a branch and a tag main (write refs/heads/main or refs/tags/main)");
    }

    @Test
    void saysThatARepositoryIsEmpty() throws IOException, InterruptedException {
        Git empty = Git.init(directory.resolve("empty"));
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(Locations.at("file://" + empty.directory(), directory)))
                .withMessageContaining("it is empty: push a commit to it");
    }

    @Test
    void refusesWhatIsNoRegularFile() throws IOException, InterruptedException {
        Path hosts = git.directory().resolve("hosts");
        Files.createSymbolicLink(hosts.resolve("link.yaml"), Path.of("hub.yaml"));
        Files.createSymbolicLink(git.directory().resolve("other"), Path.of("hosts"));
        git.commitAll();
        git.run("update-index", "--add", "--cacheinfo", "160000," + git.run("rev-parse", "HEAD") + ",module");
        git.run("commit", "-q", "-m", "a module");

        assertRefused("hosts/link.yaml", "hosts/link.yaml is a symbolic link, which is not followed");
        assertRefused("other/hub.yaml", "other is a symbolic link");
        assertRefused("module", "module is a submodule");
        assertRefused("module/hub.yaml", "module is a submodule");
        assertRefused("hosts", "hosts is a directory");
        assertRefused("hosts/hub.yaml/x", "hosts/hub.yaml is a file");
        assertRefused("hosts/hup.yaml", "there is no hosts/hup.yaml (hosts/ has hub.yaml, link.yaml)");
        assertRefused("host/hub.yaml", "there is no host (the repository has hosts/, ");
    }

    private void assertRefused(String path, String message) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(place().path(path)))
                .withMessageContaining(message);
    }

    @Test
    void refusesWhatIsTooLarge() throws IOException, InterruptedException {
        git.commit("hosts/hub.yaml", "x".repeat((1 << 20) + 1));
        assertRefused("hosts/hub.yaml", "hosts/hub.yaml has 1048577 bytes, and 1048576 is the most that is read");

        git.commit("hosts/hub.yaml", "y".repeat((1 << 20) + 1));
        Limits small = new Limits(1 << 20, 1 << 20, 16, 50);
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(place(), small))
                .withMessageContaining("a file of the repository is too large");

        byte[] random = new byte[2 << 20];
        new Random(1).nextBytes(random);
        Files.write(git.directory().resolve("noise"), random);
        git.commitAll();
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(place(), new Limits(1 << 20, 8 << 20, 16, 50)))
                .withMessageContaining("it sends more than 1 MiB for one revision");
    }

    @Test
    void goesNoFurtherBackThanItMay() throws IOException, InterruptedException, SourceException {
        String first = git.run("rev-parse", "HEAD");
        for (int commit = 0; commit < 20; commit++) {
            git.commit("hosts/hub.yaml", "change " + commit + "\n");
        }
        try (ConfigSource source = place().open(new Limits(1 << 20, 1 << 20, 16, 50))) {
            assertThat(source.fetch(Optional.of(first)).descends()).isFalse();
        }
        try (ConfigSource source = place().open()) {
            assertThat(source.fetch(Optional.of(first)).descends()).isTrue();
            assertThat(source.fetch(Optional.of("0".repeat(39) + "1")).descends())
                    .isFalse();
        }
    }

    @Test
    void aDamagedCacheIsMadeAnew() throws IOException, InterruptedException, SourceException {
        Path cache = directory.resolve("cache");
        String head = fetch(place());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwx------");
        Path repository = cache.resolve("repository.git");
        try (Stream<Path> packs = Files.list(repository.resolve("objects/pack"))) {
            for (Path pack : packs.toList()) {
                Files.write(pack, new byte[100]);
            }
        }
        assertThat(fetch(place())).isEqualTo(head);

        Files.writeString(repository.resolve("config"), "[core\n");
        assertThat(fetch(place())).isEqualTo(head);
        Files.delete(repository.resolve("HEAD"));
        assertThat(fetch(place())).isEqualTo(head);
        Files.writeString(repository.resolve("refs/ipipou/head"), "nonsense\n");
        assertThat(fetch(place())).isEqualTo(head);
    }

    @Test
    void aCacheDoesNotGrowForEver() throws IOException, InterruptedException, SourceException {
        Limits few = new Limits(1 << 20, 1 << 20, 16, 3);
        for (int commit = 0; commit < 8; commit++) {
            String id = git.commit("hosts/hub.yaml", "change " + commit + "\n");
            assertThat(fetch(place(), few)).isEqualTo(id);
        }
        try (Stream<Path> files = Files.list(directory.resolve("cache/repository.git/objects/pack"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".pack")).count())
                    .isBetween(1L, 4L);
        }
    }

    @Test
    void saysThatNobodyAnswers() throws IOException {
        int port = Server.freePort();
        for (String scheme : new String[] {"git", "https"}) {
            assertThatExceptionOfType(SourceException.class)
                    .isThrownBy(() -> fetch(Locations.at(scheme + "://127.0.0.1:" + port + "/x", directory)))
                    .withMessageStartingWith(scheme + "://127.0.0.1:" + port + "/x: cannot connect: ");
        }
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(Locations.at("git://no-such-host.invalid/x", directory)))
                .withMessageContaining("no address is known for host no-such-host.invalid");
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> fetch(Locations.at("file:///nowhere/x", directory)))
                .withMessageContaining("there is no such repository");
    }

    @ParameterizedTest
    @ValueSource(strings = {"git", "https", "ssh"})
    void givesUpOnAServerThatSaysNothing(String scheme) throws IOException, SourceException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertGivesUp(scheme, silent.getLocalPort());
        }
    }

    @Test
    void givesUpOnAServerThatDrips() throws IOException, SourceException {
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket dripping = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> drip(dripping, over));
            thread.start();
            assertGivesUp("git", dripping.getLocalPort());
        } finally {
            over.countDown();
        }
    }

    /** The beginning of a long line, and then an octet at a time. */
    private static void drip(ServerSocket server, CountDownLatch over) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write("ffff".getBytes(StandardCharsets.US_ASCII));
            while (!over.await(50, TimeUnit.MILLISECONDS)) {
                socket.getOutputStream().write('x');
            }
        } catch (IOException | InterruptedException e) {
            // The client has gone, which is what the test is about.
            over.countDown();
        }
    }

    private void assertGivesUp(String scheme, int port) throws IOException, SourceException {
        Files.writeString(directory.resolve("key"), "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        Files.writeString(directory.resolve("known"), "");
        Locations place =
                Locations.at(scheme + "://127.0.0.1:" + port + "/x", directory).patience(Duration.ofSeconds(1));
        Locations withKey = scheme.equals("ssh")
                ? place.credentials(
                        new Credentials(Optional.of(directory.resolve("key")), Optional.of(directory.resolve("known"))))
                : place;
        long start = System.nanoTime();
        try (ConfigSource source = withKey.open()) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatExceptionOfType(SourceException.class)
                        .isThrownBy(source::head)
                        .withMessageContaining("no answer within 1 s");
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    private Locations place() {
        return Locations.at("file://" + git.directory(), directory);
    }

    private static String fetch(Locations place) throws SourceException {
        return fetch(place, Limits.STANDARD);
    }

    private static String fetch(Locations place, Limits limits) throws SourceException {
        try (ConfigSource source = place.open(limits)) {
            return source.fetch(Optional.empty()).revision().id();
        }
    }
}
