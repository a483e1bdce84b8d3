package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.apply.HostLock;
import java.io.IOException;
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

/** The commands as an operator uses them on two hosts, with real packets, and with outside changes to the kernel's state. */
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

    private final Lab lab = new Lab();
    private final NetworkNamespace left = lab.host("left");
    private final NetworkNamespace right = lab.host("right");

    @BeforeEach
    void connectTwoHosts() throws IOException {
        Lab.connect(left, "203.0.113.1/24", right, "203.0.113.2/24");
        configure(left, 1, 2);
        configure(right, 2, 1);
    }

    private void configure(NetworkNamespace host, int own, int far) throws IOException {
        host.ipBatch("address add 203.0.113.1" + own + "/24 dev eth0", "address add 10." + own + ".0.1/16 dev lo");
        Files.writeString(file(host), TUNNELS.formatted(own, far));
    }

    private Path file(NetworkNamespace host) {
        return directory.resolve(host.name() + ".yaml");
    }

    @AfterEach
    void closeLab() {
        lab.close();
    }

    private Cli.Result ipipou(NetworkNamespace host, String backend, String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(command, "--backend", backend));
        arguments.addAll(List.of(options));
        if (command.equals("status")) {
            arguments.add("--file");
        }
        arguments.add(file(host).toString());
        return Cli.run(host, arguments.toArray(String[]::new));
    }

    /** The actions and the resources of a printed plan. */
    private static List<String> changes(Cli.Result plan) {
        return plan.out()
                .lines()
                .filter(line -> line.matches(" +([+~-]|-/\\+) .*"))
                .map(line -> line.strip().split(" +"))
                .map(words -> words[0] + " " + words[1])
                .toList();
    }

    private void apply(NetworkNamespace host, String backend) {
        Cli.Result run = ipipou(host, backend, "apply");
        assertThat(run.status()).as(run.toString()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void packetsPassAsUdpAndBothBackendsThenPlanNoChanges(String backend) {
        apply(left, backend);
        apply(right, backend);
        Background tcpdump = left.start("tcpdump", "-nn", "-l", "-i", "eth0", "-c", "2", "udp", "port", "10000")
                .awaitLine("listening on");
        left.run("ping", "-c", "2", "-i", "0.2", "-W", "5", "10.2.0.1");
        assertThat(tcpdump.awaitEnd()).contains("203.0.113.1.10000 > 203.0.113.2.10000: UDP");
        for (String other : List.of("netlink", "iproute2")) {
            Cli.Result plan = ipipou(left, other, "plan", "--detailed-exitcode");
            assertThat(plan.status()).as(plan.toString()).isZero();
            assertThat(plan.out()).startsWith("No changes.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void planNamesOutsideChangesAndApplyRepairsThemWhileAnotherTunnelLosesNothing(String backend) {
        apply(left, backend);
        apply(right, backend);
        Pings pings = Pings.start(left, "172.28.1.2");
        assertRepaired(backend, List.of("~ tunnel.ipipou0"), "link set dev ipipou0 mtu 1000");
        assertRepaired(
                backend,
                List.of("~ tunnel.ipipou0"),
                "link set dev ipipou0 type ipip local 203.0.113.1 remote 203.0.113.77 dev eth0 ttl 9 encap fou encap-sport 10000 encap-dport 10000");
        assertRepaired(backend, List.of("~ tunnel.ipipou0", "+ route.10.2.0.0/16"), "link set dev ipipou0 down");
        assertRepaired(
                backend,
                List.of("+ tunnel.ipipou0", "+ address.ipipou0.172.28.0.1", "+ route.10.2.0.0/16"),
                "link del dev ipipou0");
        assertRepaired(
                backend,
                List.of("+ address.ipipou0.172.28.0.1", "+ route.10.2.0.0/16"),
                "addr del 172.28.0.1 peer 172.28.0.2 dev ipipou0");
        assertRepaired(backend, List.of("+ listener.0.0.0.0:10000"), "fou del port 10000");
        assertRepaired(backend, List.of("+ route.10.2.0.0/16"), "route del 10.2.0.0/16");
        assertRepaired(backend, List.of("~ tunnel.ipipou0"), "link set dev eth0 mtu 1400");
        pings.assertNoneLost();
    }

    private void assertRepaired(String backend, List<String> expected, String outsideChange) {
        left.ip(outsideChange.split(" "));
        Cli.Result plan = ipipou(left, backend, "plan", "--detailed-exitcode");
        assertThat(changes(plan)).as("after %s: %s", outsideChange, plan).containsExactlyElementsOf(expected);
        assertThat(plan.status()).as(outsideChange).isEqualTo(2);
        apply(left, backend);
        left.run("ping", "-c", "1", "-W", "5", "10.2.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void destroyDeletesWhatApplyCreatedAndNothingElse(String backend) {
        left.ipBatch(
                "fou add port 7777 ipproto 4",
                "link add name other type ipip local 203.0.113.1 remote 203.0.113.99"
                        + " encap fou encap-sport 7777 encap-dport 7777",
                "address add 10.99.0.1 peer 10.99.0.2 dev other",
                "link set dev other up",
                "route add 10.98.0.0/16 dev other");
        left.run("nft", "add table ip other; add chain ip other c { type filter hook input priority 0; }");
        String before = hostState();
        apply(left, backend);
        assertThat(hostState()).isNotEqualTo(before);
        Cli.Result destroy = ipipou(left, backend, "destroy");
        assertThat(destroy.status()).as(destroy.toString()).isZero();
        assertThat(hostState()).isEqualTo(before);
    }

    /** All links, addresses, routes, FOU ports and tables, without the numbers of links. */
    private String hostState() {
        return left.run("ip", "-d", "-o", "link").replaceAll("(?m)^[0-9]+: ", "")
                + left.run("ip", "-4", "-o", "addr").replaceAll("(?m)^[0-9]+: ", "")
                + left.run("ip", "-4", "route", "show", "table", "all")
                + left.run("ip", "fou", "show")
                + left.run("nft", "list", "ruleset");
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void applyDefersTunnelsThatUnmanagedObjectsAreInTheWayOfAndChangesNothing(String backend) {
        left.ipBatch(
                "link add name ipipou0 type dummy",
                "fou add port 10001 gue",
                "route add 10.2.0.0/16 via 203.0.113.254");
        String before = hostState();
        Cli.Result run = ipipou(left, backend, "apply");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "tunnel.ipipou0: a link of kind dummy with this name exists",
                        "tunnel.ipipou1: port 10001 is a FOU port of another kind")
                .doesNotContain("Exception");
        assertThat(hostState()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void applyWithoutPrivilegeFailsWithItsOwnStatus(String backend) {
        Cli.Result run = left.callUnprivileged(
                () -> Cli.run("apply", "--backend", backend, file(left).toString()));
        assertThat(run.err()).doesNotContain("Exception").contains("ipipou: ");
        assertThat(run.status()).isEqualTo(77);
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void statusShowsTrafficAndDrift(String backend) {
        apply(left, backend);
        apply(right, backend);
        left.run("ping", "-c", "3", "-i", "0.2", "-W", "5", "172.28.1.2");
        left.ip("route", "del", "10.2.0.0/16");
        Cli.Result status = Cli.run(
                left, "status", "--backend", backend, "--file", file(left).toString());
        assertThat(status.status()).as(status.toString()).isZero();
        assertThat(status.out())
                .containsPattern("(?m)^ipipou0 +drift ")
                .contains("  + route.10.2.0.0/16")
                .containsPattern("(?m)^ipipou1 +up +3 packets 252 B");
    }

    @Test
    void aSecondApplyAtTheSameTimeIsRefused() throws IOException {
        try (HostLock held = HostLock.tryAcquire(Path.of("/run/ipipou")).orElseThrow()) {
            Cli.Result run = ipipou(left, "netlink", "apply");
            assertThat(run.status()).isEqualTo(75);
            assertThat(run.err())
                    .contains("another ipipou process (process "
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
            Path example =
                    Distribution.ROOT.resolve("examples/site-to-site/" + (host == left ? "left.yaml" : "right.yaml"));
            Cli.Result run = Cli.run(host, "apply", example.toString());
            assertThat(run.status()).as(run.toString()).isZero();
        }
        left.run("ping", "-c", "1", "-W", "5", "10.2.0.1");
    }
}
