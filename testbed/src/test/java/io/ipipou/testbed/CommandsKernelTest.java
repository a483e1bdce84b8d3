package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.cli.Ipipou;
import io.ipipou.core.apply.HostLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as an operator uses them: two hosts, real packets, and a colleague who breaks things. */
class CommandsKernelTest {

    private static final String TUNNELS = """
            apiVersion: ipipou/v1
            defaults: {mode: static, peer: far}
            peers:
              far: {endpoint: "203.0.113.%2$d:10000"}
              far1: {endpoint: "203.0.113.1%2$d:10001"}
            tunnels:
              ipipou0:
                local: {device: eth0, port: 10000}
                inner: {address: 172.28.0.%1$d, peer: 172.28.0.%2$d}
                routes: [10.%2$d.0.0/16]
              ipipou1:
                peer: far1
                local: {device: eth0, address: 203.0.113.1%1$d, port: 10001}
                inner: {address: 172.28.1.%1$d, peer: 172.28.1.%2$d}
                mtu: 1300
            """;

    @TempDir
    Path directory;

    private NetworkNamespace left;
    private NetworkNamespace right;

    private record Run(int status, String out, String err) {
        List<String> changes() {
            return out.lines()
                    .filter(line -> line.matches(" +([+~-]|-/\\+) .*"))
                    .map(line ->
                            line.strip().split(" +")[0] + " " + line.strip().split(" +")[1])
                    .toList();
        }
    }

    @BeforeEach
    void twoHosts() throws IOException {
        left = NetworkNamespace.create("left");
        right = NetworkNamespace.create("right");
        left.ip("link", "add", "name", "eth0", "type", "veth", "peer", "name", "eth0", "netns", right.name());
        configure(left, 1, 2);
        configure(right, 2, 1);
    }

    private void configure(NetworkNamespace host, int own, int far) throws IOException {
        host.ip("link", "set", "dev", "lo", "up");
        host.ip("link", "set", "dev", "eth0", "up");
        host.ip("addr", "add", "203.0.113." + own + "/24", "dev", "eth0");
        host.ip("addr", "add", "203.0.113.1" + own + "/24", "dev", "eth0");
        host.ip("addr", "add", "10." + own + ".0.1/16", "dev", "lo");
        Files.writeString(file(host), TUNNELS.formatted(own, far));
    }

    private Path file(NetworkNamespace host) {
        return directory.resolve(host.name() + ".yaml");
    }

    @AfterEach
    void cleanUp() {
        left.close();
        right.close();
    }

    private Run ipipou(NetworkNamespace host, String backend, String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(command, "--backend", backend));
        arguments.addAll(List.of(options));
        arguments.add(file(host).toString());
        return ipipouOn(host, arguments.toArray(String[]::new));
    }

    private static Run ipipouOn(NetworkNamespace host, String... arguments) {
        return host.call(() -> {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int status = Ipipou.run(arguments, new PrintWriter(out), new PrintWriter(err));
            return new Run(status, out.toString(), err.toString());
        });
    }

    private void apply(NetworkNamespace host, String backend) {
        Run run = ipipou(host, backend, "apply");
        assertThat(run.status()).as(run.toString()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void packetsCrossAsUdpAndThePlanIsThenEmptyWithEitherBackend(String backend) {
        apply(left, backend);
        apply(right, backend);
        Background tcpdump = left.start("tcpdump", "-nn", "-l", "-i", "eth0", "-c", "2", "udp", "port", "10000")
                .awaitLine("listening on");
        left.run("ping", "-c", "2", "-i", "0.2", "-W", "5", "10.2.0.1");
        assertThat(tcpdump.rest()).contains("203.0.113.1.10000 > 203.0.113.2.10000: UDP");
        for (String other : List.of("netlink", "iproute2")) {
            Run plan = ipipou(left, other, "plan", "--detailed-exitcode");
            assertThat(plan.status()).as(plan.toString()).isZero();
            assertThat(plan.out()).startsWith("No changes.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void whatSomeoneBreaksIsNamedExactlyAndMendedWhileAnotherTunnelLosesNothing(String backend) {
        apply(left, backend);
        apply(right, backend);
        Pings pings = Pings.start(left, "172.28.1.2");
        breakAndMend(backend, List.of("~ tunnel.ipipou0"), "link set dev ipipou0 mtu 1000");
        breakAndMend(
                backend,
                List.of("~ tunnel.ipipou0"),
                "link set dev ipipou0 type ipip local 203.0.113.1 remote 203.0.113.77 dev eth0 ttl 9 encap fou encap-sport 10000 encap-dport 10000");
        breakAndMend(backend, List.of("~ tunnel.ipipou0", "+ route.10.2.0.0/16"), "link set dev ipipou0 down");
        breakAndMend(
                backend,
                List.of("+ tunnel.ipipou0", "+ address.ipipou0.172.28.0.1", "+ route.10.2.0.0/16"),
                "link del dev ipipou0");
        breakAndMend(
                backend,
                List.of("+ address.ipipou0.172.28.0.1", "+ route.10.2.0.0/16"),
                "addr del 172.28.0.1 peer 172.28.0.2 dev ipipou0");
        breakAndMend(backend, List.of("+ listener.0.0.0.0:10000"), "fou del port 10000");
        breakAndMend(backend, List.of("+ route.10.2.0.0/16"), "route del 10.2.0.0/16");
        breakAndMend(backend, List.of("~ tunnel.ipipou0"), "link set dev eth0 mtu 1400");
        pings.assertNoneLost();
    }

    private void breakAndMend(String backend, List<String> expected, String breakage) {
        left.ip(breakage.split(" "));
        Run plan = ipipou(left, backend, "plan", "--detailed-exitcode");
        assertThat(plan.changes()).as("after %s: %s", breakage, plan).containsExactlyElementsOf(expected);
        assertThat(plan.status()).as(breakage).isEqualTo(2);
        apply(left, backend);
        left.run("ping", "-c", "1", "-W", "5", "10.2.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void whatIsForeignStandsAfterApplyAndDestroyAndNothingOfOursIsLeft(String backend) {
        left.ip("fou", "add", "port", "7777", "ipproto", "4");
        left.ip(
                "link",
                "add",
                "name",
                "theirs",
                "type",
                "ipip",
                "local",
                "203.0.113.1",
                "remote",
                "203.0.113.99",
                "encap",
                "fou",
                "encap-sport",
                "7777",
                "encap-dport",
                "7777");
        left.ip("addr", "add", "10.99.0.1", "peer", "10.99.0.2", "dev", "theirs");
        left.ip("link", "set", "dev", "theirs", "up");
        left.ip("route", "add", "10.98.0.0/16", "dev", "theirs");
        left.run("nft", "add table ip theirs; add chain ip theirs c { type filter hook input priority 0; }");
        String before = hostState();
        apply(left, backend);
        assertThat(hostState()).isNotEqualTo(before);
        Run destroy = ipipou(left, backend, "destroy");
        assertThat(destroy.status()).as(destroy.toString()).isZero();
        assertThat(hostState()).isEqualTo(before);
    }

    /** All that there is of links, addresses, routes, FOU ports and tables, without what numbers and times itself. */
    private String hostState() {
        return left.run("ip", "-d", "-o", "link").replaceAll("(?m)^[0-9]+: ", "")
                + left.run("ip", "-4", "-o", "addr").replaceAll("(?m)^[0-9]+: ", "")
                + left.run("ip", "-4", "route", "show", "table", "all")
                + left.run("ip", "fou", "show")
                + left.run("nft", "list", "ruleset");
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void whatIsInTheWayIsToldAndNothingIsTouched(String backend) {
        left.ip("link", "add", "name", "ipipou0", "type", "dummy");
        left.ip("fou", "add", "port", "10001", "gue");
        left.ip("route", "add", "10.2.0.0/16", "via", "203.0.113.254");
        String before = hostState();
        Run run = ipipou(left, backend, "apply");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("tunnel.ipipou0: ", "listener.0.0.0.0:10001: ", "route.10.2.0.0/16: ")
                .doesNotContain("Exception");
        assertThat(hostState()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void withoutPrivilegeItSaysSo(String backend) {
        int status = left.callUnprivileged(() -> {
            StringWriter err = new StringWriter();
            int exit = Ipipou.run(
                    new String[] {"apply", "--backend", backend, file(left).toString()},
                    new PrintWriter(new StringWriter()),
                    new PrintWriter(err));
            assertThat(err.toString()).doesNotContain("Exception").contains("ipipou: ");
            return exit;
        });
        assertThat(status).isEqualTo(77);
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void statusTellsOfTrafficAndDrift(String backend) {
        apply(left, backend);
        apply(right, backend);
        left.run("ping", "-c", "3", "-i", "0.2", "-W", "5", "172.28.1.2");
        left.ip("route", "del", "10.2.0.0/16");
        Run status = ipipou(left, backend, "status");
        assertThat(status.status()).as(status.toString()).isZero();
        assertThat(status.out())
                .containsPattern("(?m)^ipipou0 +drift ")
                .contains("  + route.10.2.0.0/16")
                .containsPattern("(?m)^ipipou1 +up +3 packets 252 B");
    }

    @Test
    void aSecondWriterIsTurnedAway() throws IOException {
        try (HostLock held = HostLock.tryAcquire(Path.of("/run/ipipou")).orElseThrow()) {
            Run run = ipipou(left, "netlink", "apply");
            assertThat(run.status()).isEqualTo(75);
            assertThat(run.err())
                    .contains("another run of ipipou (process "
                            + ProcessHandle.current().pid());
            assertThat(ipipou(left, "netlink", "plan").status())
                    .as("reading needs no lock")
                    .isZero();
        }
        apply(left, "netlink");
    }

    @Test
    void theExamplesApply() {
        for (NetworkNamespace host : List.of(left, right)) {
            Path example = Path.of("examples/site-to-site", host == left ? "left.yaml" : "right.yaml");
            Run run = ipipouOn(host, "apply", example.toString());
            assertThat(run.status()).as(run.toString()).isZero();
        }
        left.run("ping", "-c", "1", "-W", "5", "10.2.0.1");
    }
}
