package io.ipipou.cli;

import static io.ipipou.cli.FakeHost.ipipou;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.auth.ReplayGuard;
import io.ipipou.cli.process.Directories;
import io.ipipou.spi.auth.ReplayStamp;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands print, as sessions at a terminal. */
class OutputTest {

    private static final String ONE = """
            apiVersion: ipipou/v1
            peers: {p0: {endpoint: "198.18.0.1:10000"}}
            tunnels:
              t0:
                mode: static
                peer: p0
                local: {device: eth0, port: 10000}
                inner: {address: 172.28.0.0, peer: 172.28.0.1}
                routes: [10.0.0.0/16]
            """;

    private static final String OTHER = ONE.replace("198.18.0.1", "198.18.0.2") + "    mtu: 1400\n";

    private static final String GATED = """
            apiVersion: ipipou/v1
            auth: {a: {scheme: token, token: sesame}}
            peers: {p0: {auth: a}, hub: {endpoint: "198.18.0.9:10000", auth: a}}
            tunnels:
              t0: {mode: server, peer: p0, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.0}}
              t1: {mode: client, peer: hub, local: {device: eth0, port: 10001}, inner: {address: 172.28.0.2}}
            """;

    @TempDir
    Path directory;

    private final StringBuilder session = new StringBuilder();

    @BeforeEach
    void reset() throws IOException {
        FakeHost.reset();
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    /** Runs a command and records what a person sees. */
    private void run(String... arguments) {
        FakeHost.Run run = ipipou(arguments);
        session.append("$ ipipou ").append(String.join(" ", arguments)).append('\n');
        session.append(run.out()).append(run.err());
        session.append("(exit status ").append(run.status()).append(")\n\n");
    }

    private void assertMatches(String golden) throws IOException {
        Golden.assertMatches(
                "output/" + golden,
                session.toString()
                        .replace(directory + "/", "")
                        .replace(Directories.run().toString(), "/run/ipipou")
                        .replace(Directories.state().toString(), "/var/lib/ipipou"));
    }

    @Test
    void staticTunnel() throws IOException {
        String one = file("tunnels.yaml", ONE);
        run("validate", one);
        run("plan", one);
        run("apply", one);
        run("plan", "--detailed-exitcode", one);
        run("status", "--file", one);
        String other = file("other.yaml", OTHER);
        run("plan", "--detailed-exitcode", other);
        run("status", "--file", other);
        run("drift", other);
        run("drift", one);
        FakeHost.kernel().linkDelete(new LinkName("t0"));
        run("status", "--file", one);
        run("apply", one);
        run("destroy", one);
        run("destroy", one);
        run("status");
        assertMatches("static-tunnel.txt");
    }

    @Test
    void peersWithoutAnAgent() throws IOException {
        String file = file("tunnels.yaml", GATED);
        run("apply", file);
        run("status", "--file", file);
        run("status", "--file", file, "t0");
        run("status", "--file", file, "t00");
        run("status", file);
        FakeHost.kernel().linkDelete(new LinkName("t1"));
        FakeHost.kernel().nftFlush();
        run("status", "--file", file);
        run("reauth");
        assertMatches("peers.txt");
    }

    @Test
    void deferredTunnelsAndRoutesInStatus() throws IOException {
        String file = file("tunnels.yaml", ONE + """
              lte0:
                mode: static
                peer: p0
                local: {device: wwan0, port: 10001}
                inner: {address: 172.28.0.2}
            """);
        FakeHost.kernel().linkAdd(new LinkName("eth1"), "dummy");
        FakeHost.kernel().linkUp(new LinkName("eth1"));
        FakeHost.kernel()
                .routeAdd(new Route(
                        Ipv4Prefix.of("10.0.0.0/16"), Optional.of(new LinkName("eth1")), Optional.empty(), 0, 3));
        run("apply", file);
        run("status", "--file", file);
        assertMatches("deferred-status.txt");
    }

    @Test
    void resettingAPeerWithoutAnAgent() throws Exception {
        String key = "Ygbz1K+LiLlexRppHzJ/NU8TEDB3b9fn7mvdIgI3iiY=";
        String file = file("tunnels.yaml", """
                apiVersion: ipipou/v1
                defaults: {mode: server, local: {device: eth0, port: 10000}}
                auth:
                  laptop: {scheme: ed25519, remotePublicKey: "%s", secret: s}
                  router: {scheme: token, token: sesame}
                peers: {laptop: {auth: laptop}, spare: {auth: laptop}, router: {auth: router}}
                tunnels:
                  t0: {peer: laptop, inner: {address: 172.28.0.0}}
                  t1: {peer: router, inner: {address: 172.28.0.2}}
                  t2: {peer: spare, local: {port: 10001}, inner: {address: 172.28.0.4}}
                """.formatted(key));
        run("peer", "reset", "--file", file, "laptop");
        ReplayStamp stamp = new ReplayStamp("ed25519:" + key, Instant.parse("2036-01-01T00:00:00Z"), "0");
        try (ReplayGuard guard = ReplayGuard.open(Directories.state())) {
            assertThat(guard.acceptOnce(stamp, Duration.ZERO, Instant.EPOCH)).isTrue();
            run("peer", "reset", "--file", file, "laptop");
        }
        run("peer", "reset", "--file", file, "laptop");
        run("peer", "reset", "--file", file, "router");
        run("peer", "reset", "--file", file, "lptop");
        run("peer", "rest", "laptop");
        run("peer");
        assertMatches("peer-reset.txt");
        try (ReplayGuard guard = ReplayGuard.open(Directories.state())) {
            assertThat(guard.acceptOnce(stamp, Duration.ZERO, Instant.EPOCH)).isTrue();
        }
    }

    @Test
    void failures() throws IOException {
        String one = file("tunnels.yaml", ONE);
        FakeHost.kernel().linkAdd(new LinkName("t0"), "dummy");
        run("plan", one);
        run("apply", one);
        run("drift", one);
        FakeHost.reset();
        FakeHost.kernel().refuse(2, "ENOBUFS");
        run("apply", one);
        run("plan", file("wrong.yaml", ONE.replace("static", "statik")));
        run("plan", directory.resolve("missing.yaml").toString());
        run("plan", "--out", "plan", "-");
        run("confirm");
        run("rollback");
        run("keygen", "--scheme", "rsa");
        assertMatches("failures.txt");
    }

    @Test
    void savedPlans() throws IOException {
        String one = file("tunnels.yaml", ONE);
        String plan = directory.resolve("plan").toString();
        run("plan", "--out", plan, one);
        run("apply", plan);
        run("apply", plan);
        run("plan", "--out", one, one);
        assertMatches("saved-plan.txt");
    }

    @Test
    void wrongUsage() throws IOException {
        for (String line : List.of(
                "aply",
                "frobnicate",
                "plan --jsn",
                "plan one.yaml two.yaml",
                "--versoin",
                "apply --confirm-within 120",
                "agent --drift ignore",
                "pull",
                "pull --source cvs --repo file:///srv/net.git",
                "agent --ref main",
                "agent tunnels.yaml --repo file:///srv/net.git",
                "keygen --scheme")) {
            run(line.split(" "));
        }
        assertThat(session.toString()).contains("did you mean apply?").doesNotContain("exit status 0");
        assertMatches("wrong-usage.txt");
    }
}
