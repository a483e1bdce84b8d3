package io.ipipou.cli.command;

import static io.ipipou.cli.FakeHost.ipipou;
import static io.ipipou.cli.FakeHost.source;
import static io.ipipou.cli.FakeHost.tunnels;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.cli.FakeHost;
import io.ipipou.cli.FakeHost.Run;
import io.ipipou.cli.process.Directories;
import io.ipipou.core.apply.HostLock;
import io.ipipou.spi.source.Location;
import io.ipipou.spi.state.LinkName;
import io.ipipou.testkit.source.ScriptedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PullCommandTest {

    private static final String ONE = """
            apiVersion: ipipou/v1
            peers: {p0: {endpoint: "198.18.0.1:10000"}}
            tunnels:
              t0: {mode: static, peer: p0, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.0}}
            """;

    private static final String TWO = """
            apiVersion: ipipou/v1
            peers: {p0: {endpoint: "198.18.0.2:10000"}, p1: {endpoint: "198.18.0.3:10000"}}
            tunnels:
              t0: {mode: static, peer: p0, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.0}}
              t1: {mode: static, peer: p1, local: {device: eth0, port: 10001}, inner: {address: 172.28.0.2}}
            """;

    @BeforeEach
    void host() throws Exception {
        FakeHost.reset();
    }

    private static Run pull(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("pull", "--repo", "https://git.example.net/net.git", "--path", "hosts/hub.yaml"));
        arguments.addAll(Arrays.asList(more));
        return ipipou(arguments.toArray(String[]::new));
    }

    private static Run exitsWith(int status, Run run) {
        assertThat(run.status()).as(run.toString()).isEqualTo(status);
        assertThat(run.err()).doesNotContain("internal error", "Exception");
        return run;
    }

    @Test
    void aSecondPullChangesNothing() {
        source().commit("a1b2c3d4e5", ONE);
        assertThat(exitsWith(0, pull()).out())
                .contains(
                        "+ tunnel.t0",
                        "Done and verified: 3 added",
                        "hosts/hub.yaml@a1b2c3d by Alice <alice@example.net>, 2026-11-25T03:00:00Z, not signed,"
                                + " is in force");
        assertThat(tunnels()).containsExactly("t0");
        assertThat(exitsWith(0, pull()).out()).contains("No changes. The host matches hosts/hub.yaml@a1b2c3d.");
        assertThat(source().fetches()).isEqualTo(1);
    }

    @Test
    void driftIsRepairedWithoutANewRevisionAndDuringAnOutage() throws Exception {
        source().commit("a1", ONE);
        exitsWith(0, pull());
        FakeHost.kernel().linkDelete(new LinkName("t0"));
        exitsWith(0, pull());
        assertThat(tunnels()).containsExactly("t0");

        FakeHost.kernel().linkDelete(new LinkName("t0"));
        source().fail("git.example.net: no route to host");
        assertThat(exitsWith(1, pull()).err())
                .contains("ipipou: git.example.net: no route to host", "hosts/hub.yaml@a1 stays in force");
        assertThat(tunnels()).containsExactly("t0");
    }

    @Test
    void nothingIsDoneIfTheFirstPullFails() {
        source().fail("git.example.net: no route to host");
        assertThat(exitsWith(1, pull()).err()).contains("no route to host", "no revision is in force");
        assertThat(tunnels()).isEmpty();
    }

    @Test
    void anInvalidFileExitsWith78UntilTheRefMoves() {
        source().commit("a1", ONE);
        exitsWith(0, pull());
        source().commit("a2", TWO.replace("static", "statik"));
        assertThat(exitsWith(78, pull()).err())
                .contains(
                        "hosts/hub.yaml@a2 by Alice",
                        "is rejected:",
                        "hosts/hub.yaml@a2:4:14: tunnels.t0.mode",
                        "hosts/hub.yaml@a1 stays in force");
        assertThat(exitsWith(78, pull()).err())
                .contains("was rejected at 20", "tunnels.t0.mode", "push another revision to main");
        assertThat(source().fetches()).isEqualTo(2);
        exitsWith(78, pull("--retry"));
        assertThat(source().fetches()).isEqualTo(3);
        assertThat(tunnels()).containsExactly("t0");
        source().commit("a3", TWO);
        exitsWith(0, pull());
        assertThat(tunnels()).containsExactlyInAnyOrder("t0", "t1");
    }

    @Test
    void aRefusedWriteDefersItsTunnelAndTheNextPullCompletesIt() {
        source().commit("a1", ONE);
        exitsWith(0, pull());
        source().commit("a2", TWO);
        FakeHost.kernel().refuse(3, "ENOBUFS");
        Run pull = exitsWith(0, pull());
        assertThat(pull.out()).contains("@a2 by Alice", "is in force");
        assertThat(pull.err()).contains("tunnel.t1: the kernel refused to create", "ENOBUFS");
        assertThat(tunnels()).containsExactly("t0");
        exitsWith(0, pull());
        assertThat(tunnels()).containsExactlyInAnyOrder("t0", "t1");
    }

    @Test
    void aRevisionForAnotherHostIsInForceWithItsTunnelsDeferred() {
        source().commit("a1", ONE.replace("eth0", "wan7"));
        assertThat(exitsWith(0, pull()).err()).contains("tunnel.t0: device wan7 does not exist");
        assertThat(tunnels()).isEmpty();
    }

    @Test
    void aLinkInTheWayDefersItsTunnelAlone() throws Exception {
        source().commit("a1", ONE);
        exitsWith(0, pull());
        FakeHost.kernel().linkAdd(new LinkName("t1"), "dummy");
        source().commit("a2", TWO);
        assertThat(exitsWith(0, pull()).err()).contains("tunnel.t1", "not managed by ipipou");
        assertThat(tunnels()).containsExactly("t0");
    }

    @Test
    void signatureAndDescentCanBeRequired() {
        source().commit("a1", ONE);
        assertThat(exitsWith(1, pull("--require-signed")).err())
                .contains("has no trusted signature", "there is no signature");
        source().commit("a2", ONE, ScriptedSource.TRUSTED);
        assertThat(exitsWith(0, pull("--require-signed")).out()).contains("signed by alice@example.net, is in force");
        source().forcePush("b1", TWO);
        assertThat(exitsWith(1, pull("--require-descent")).err()).contains("does not descend from a2");
        assertThat(tunnels()).containsExactly("t0");
    }

    @Test
    void aHeldLockExitsWith75AndTheRevisionIsNotRejected() throws Exception {
        source().commit("a1", ONE);
        try (HostLock held = HostLock.tryAcquire(Directories.run()).orElseThrow()) {
            assertThat(exitsWith(75, pull()).err()).contains("another ipipou process", "is changing this host");
            assertThat(held).isNotNull();
        }
        try (HostLock held =
                HostLock.tryAcquire(Directories.state().resolve("source")).orElseThrow()) {
            assertThat(exitsWith(75, pull()).err()).contains("another ipipou process follows a repository");
            assertThat(held).isNotNull();
        }
        exitsWith(0, pull());
    }

    @Test
    void secretsAreReadOnlyFromTheirDirectory(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("token"), "sesame");
        Files.setPosixFilePermissions(directory.resolve("token"), PosixFilePermissions.fromString("rw-------"));
        source().commit("a1", """
                apiVersion: ipipou/v1
                auth: {a: {scheme: token, token: {file: token}}}
                peers: {p0: {auth: a}}
                tunnels:
                  t0: {mode: server, peer: p0, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.0}}
                """);
        assertThat(exitsWith(78, pull()).err())
                .contains("a1:2:", "--secrets-dir")
                .doesNotContain("sesame");
        exitsWith(0, pull("--secrets-dir", directory.toString(), "--retry"));
        Files.delete(directory.resolve("token"));
        assertThat(exitsWith(78, pull("--secrets-dir", directory.toString())).err())
                .contains("there is no file");
    }

    @Test
    void theSourceGetsTheOptions() {
        source().commit("a1", ONE);
        exitsWith(
                0,
                pull(
                        "--ref",
                        "live",
                        "--identity",
                        "/k",
                        "--known-hosts",
                        "/h",
                        "--allowed-signers",
                        "/s",
                        "--keyring",
                        "/r",
                        "--timeout",
                        "5s"));
        Location location = FakeHost.location();
        assertThat(location.address()).isEqualTo("https://git.example.net/net.git");
        assertThat(location.ref()).isEqualTo("live");
        assertThat(location.path()).isEqualTo("hosts/hub.yaml");
        assertThat(location.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(location.credentials().identity()).contains(Path.of("/k"));
        assertThat(location.credentials().knownHosts()).contains(Path.of("/h"));
        assertThat(location.trust().allowedSigners()).contains(Path.of("/s"));
        assertThat(location.trust().keyring()).contains(Path.of("/r"));
        assertThat(location.cache()).isEqualTo(Directories.state().resolve("source/cache"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://alice:sesame@git.example.net/net.git",
                "https://sesame@git.example.net/net.git",
                "ssh://git:sesame@git.example.net/net.git",
            })
    void aPasswordInTheAddressIsAUsageErrorAndNotPrinted(String address) {
        assertThat(exitsWith(64, ipipou("pull", "--repo", address)).err())
                .contains("--repo", "seen by everyone")
                .doesNotContain("sesame");
    }

    @Test
    void usageErrorsExitWith64() {
        assertThat(exitsWith(64, ipipou("pull")).err()).contains("--repo");
        assertThat(exitsWith(64, ipipou("agent", "--require-signed")).err()).contains("--repo");
        assertThat(exitsWith(64, ipipou("agent", "t.yaml", "--repo", "file:///srv/net.git"))
                        .err())
                .contains("FILE and --repo exclude each other");
        assertThat(exitsWith(64, pull("--source", "cvs")).err()).contains("unknown source cvs (available: git)");
        assertThat(exitsWith(64, pull("--timeout", "0")).err()).contains("write 120s");
    }

    @Test
    void thePathCanContainTheHostName() {
        source().commit("a1", ONE);
        exitsWith(0, ipipou("pull", "--repo", "file:///srv/net.git"));
        assertThat(FakeHost.location().path()).matches("hosts/[A-Za-z0-9_-]+[.]yaml");
    }

    @Test
    void sourcesAreListed() {
        assertThat(exitsWith(0, ipipou("plugins")).out()).contains("source   git", "a scripted repository");
    }
}
