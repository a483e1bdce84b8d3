package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.name.NameResolver;
import io.ipipou.spi.backend.Backend;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub with ten tunnels, of which five cannot be: the other five work all the same. */
class IsolationKernelTest {

    private static final int GOOD = 5;

    /** The inner addresses of the tunnels end in .0 at the hub and in .1 at the far host. */
    private static final String TUNNELS = """
            apiVersion: ipipou/v1
            settings: {backend: %s}
            defaults: {mode: static, local: {device: eth0, port: 10000}}
            auth: {laptop: {scheme: token, token: Labrador}}
            peers:
              p1: {endpoint: "203.0.113.11:10000"}
              p2: {endpoint: "203.0.113.12:10000"}
              p3: {endpoint: "203.0.113.13:10000"}
              p4: {endpoint: "203.0.113.14:10000"}
              p5: {endpoint: "203.0.113.15:10000"}
              lte: {endpoint: "203.0.113.16:10000"}
              named: {endpoint: "hub.invalid:10000"}
              routed: {endpoint: "203.0.113.18:10000"}
              port: {endpoint: "203.0.113.19:10005"}
              laptop: {auth: laptop}
            tunnels:
              good1: {peer: p1, inner: {address: 172.28.1.0, peer: 172.28.1.1}}
              good2: {peer: p2, inner: {address: 172.28.2.0, peer: 172.28.2.1}}
              good3: {peer: p3, inner: {address: 172.28.3.0, peer: 172.28.3.1}}
              good4: {peer: p4, inner: {address: 172.28.4.0, peer: 172.28.4.1}}
              good5: {peer: p5, inner: {address: 172.28.5.0, peer: 172.28.5.1}}
              lte0: {peer: lte, local: {device: wwan0}, inner: {address: 172.28.6.0, peer: 172.28.6.1}}
              named0: {peer: named, inner: {address: 172.28.7.0, peer: 172.28.7.1}}
              routed0: {peer: routed, inner: {address: 172.28.8.0, peer: 172.28.8.1}, routes: [10.66.0.0/16]}
              port0: {peer: port, local: {port: 10005}, inner: {address: 172.28.9.0, peer: 172.28.9.1}}
              laptop0: {mode: server, peer: laptop, local: {address: 203.0.113.2, port: 10006}, inner: {address: 172.28.10.0, peer: 172.28.10.1}}
            """;

    @TempDir
    Path directory;

    private final Lab lab = new Lab();
    private final NetworkNamespace hub = lab.host("hub");
    private final NetworkNamespace far = lab.host("far");

    @BeforeEach
    void connectTheFarHost() throws Exception {
        Lab.connect(hub, "203.0.113.1/24", far, "203.0.113.11/24");
        hub.ipBatch("address add 203.0.113.2/24 dev eth0", "route add 10.66.0.0/16 via 203.0.113.99");
        StringBuilder file = new StringBuilder("""
                apiVersion: ipipou/v1
                defaults: {mode: static, peer: hub, local: {device: eth0, port: 10000}}
                peers: {hub: {endpoint: "203.0.113.1:10000"}}
                tunnels:
                """);
        for (int i = 1; i <= GOOD; i++) {
            if (i > 1) {
                far.ip("address", "add", "203.0.113.1" + i + "/24", "dev", "eth0");
            }
            file.append(
                    "  far%1$d: {local: {address: 203.0.113.1%1$d}, inner: {address: 172.28.%1$d.1, peer: 172.28.%1$d.0}}\n"
                            .formatted(i));
        }
        Path farFile = Files.writeString(directory.resolve("far.yaml"), file);
        assertThat(Cli.run(far, "apply", farFile.toString()).output()).contains("Done and verified");
    }

    @AfterEach
    void closeLab() {
        lab.close();
    }

    private Path file(String backend) throws Exception {
        return Files.writeString(directory.resolve("hub.yaml"), TUNNELS.formatted(backend));
    }

    private void pingGood() {
        IntStream.rangeClosed(1, GOOD).forEach(i -> hub.ping("172.28." + i + ".1"));
    }

    private void addModem() {
        hub.ipBatch("link add wwan0 type dummy", "link set dev wwan0 up", "address add 192.0.2.7/24 dev wwan0");
    }

    private boolean has(String... ipArguments) {
        return hub.tryRun(ipArguments).status() == 0;
    }

    private boolean hasLink(String name) {
        return has("ip", "link", "show", "dev", name);
    }

    /** Cases A1, A3, A4, A9 and S10. */
    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void eachTunnelStandsAlone(String backend) throws Exception {
        String file = file(backend).toString();
        DatagramSocket other = hub.call(() -> new DatagramSocket(10005));
        try (other) {
            Cli.Result plan = Cli.run(hub, "plan", file);
            assertThat(plan.status()).as(plan.output()).isZero();
            assertThat(plan.out()).contains("4 deferred.");
            Cli.Result strict = Cli.run(hub, "apply", "--strict", file);
            assertThat(strict.status()).as(strict.output()).isEqualTo(1);
            assertThat(hasLink("good1")).as("--strict changes nothing").isFalse();

            Cli.Result apply = Cli.run(hub, "apply", file);
            assertThat(apply.status()).as(apply.output()).isEqualTo(1);
            assertThat(apply.err())
                    .contains(
                            "tunnel.lte0: device wwan0 does not exist",
                            "tunnel.named0: hub.invalid does not resolve",
                            "tunnel.port0: UDP port 10005 is held by another program (find it with: ss -uanp sport = :10005)",
                            "route.10.66.0.0/16: the route 10.66.0.0/16 dev eth0 via 203.0.113.99 exists and is not managed"
                                    + " by ipipou");
            pingGood();
            assertThat(has("ip", "address", "show", "dev", "routed0", "to", "172.28.8.0"))
                    .as("only the route is deferred")
                    .isTrue();
            assertThat(Cli.run(hub, "plan", "--detailed-exitcode", file).out())
                    .contains("Plan: 0 to add, 0 to change, 0 to destroy, 4 deferred.");
            assertThat(Cli.run(hub, "drift", file).status()).isEqualTo(2);
        }
        addModem();
        assertThat(Cli.run(hub, "apply", file).err())
                .doesNotContain("lte0", "port0")
                .contains("named0");
        assertThat(hasLink("lte0") && hasLink("port0")).isTrue();

        hub.ip("link", "del", "dev", "wwan0");
        Cli.Result without = Cli.run(hub, "apply", file);
        assertThat(without.err()).contains("tunnel.lte0: device wwan0 does not exist");
        assertThat(Cli.run(hub, "destroy", file).status()).isZero();
        assertThat(hasLink("good1") || hasLink("lte0")).isFalse();
        assertThat(has("ip", "route", "get", "10.66.0.1"))
                .as("the operator's route")
                .isTrue();
    }

    /** A device that goes between the plan and the first write. */
    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void aDeviceThatGoesBetweenPlanAndApplyDefersItsTunnel(String backend) throws Exception {
        addModem();
        Config config = Plugins.BUILT_IN.config(TUNNELS.formatted(backend));
        ApplyReport report = hub.call(() -> {
            try (Backend kernel = RealKernel.provider(backend).open("ipipou")) {
                return new Reconciler(config, Plugins.BUILT_IN.schemes(), kernel, Map::of, EndpointLookup.KERNEL)
                        .repair(
                                new Journal(directory, backend),
                                plan -> Command.run(List.of("ip", "link", "del", "dev", "wwan0")));
            }
        });
        assertThat(report.converged()).isTrue();
        assertThat(report.deferred())
                .extracting(Deferral::toString)
                .contains("tunnel.lte0: device wwan0 does not exist");
        pingGood();
    }

    /** Case C11. */
    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void aKernelWithoutFouDefersEveryTunnelAtPlan(String backend) throws Exception {
        Cli.run(far, "destroy");
        hub.run("rmmod", "fou");
        hub.run("mount", "-t", "tmpfs", "none", "/usr/lib/modules");
        try {
            Cli.Result plan = Cli.run(hub, "plan", file(backend).toString());
            assertThat(plan.out())
                    .containsPattern("\\? tunnel.good1 +deferred: .*module fou")
                    .contains("Plan: 0 to add, 0 to change, 0 to destroy");
        } finally {
            hub.run("umount", "/usr/lib/modules");
            hub.run("modprobe", "fou");
        }
    }

    /** Cases A5, A6 and A8: an absent device, and a resolver that never answers. */
    @Test
    void repairsAndTheStartWaitForNothingThatIsDeferred() throws Exception {
        NameResolver dead = name -> {
            try {
                Thread.sleep(Duration.ofHours(1).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(name);
        };
        addModem();
        Config config = Plugins.BUILT_IN.config(TUNNELS.formatted("netlink"));
        try (Agent agent = hub.call(() -> Plugins.BUILT_IN.agent("netlink", config, directory, dead))) {
            pingGood();
            assertThat(hasLink("lte0")).isTrue();
            hub.ip("link", "del", "dev", "wwan0");
            for (String damage : List.of("link del dev good1", "address flush dev good1")) {
                hub.ip(damage.split(" "));
                Duration repaired = Wait.until("a repair after: " + damage, () -> hub.reaches("172.28.1.1"));
                assertThat(repaired).as(damage).isLessThan(Duration.ofSeconds(10));
            }
            assertThat(agent.convergence().deferred())
                    .extracting(Deferral::toString)
                    .contains("tunnel.lte0: device wwan0 does not exist");
        }
    }

    /** Case A2, S10, and the sum of them all: what an operator reads. */
    @Test
    void anAgentStartsWithWhatCanBeAndCompletesTheRest() throws Exception {
        DatagramSocket other = hub.call(() -> new DatagramSocket(10005));
        Path own = directory.resolve("agent");
        try (other;
                AgentProcess agent = AgentProcess.start(hub, own, TUNNELS.formatted("netlink"))) {
            pingGood();
            far.call(() -> {
                try (DatagramSocket wrong = new DatagramSocket()) {
                    byte[] token = "Pointers".getBytes(US_ASCII);
                    wrong.send(new DatagramPacket(token, token.length, InetAddress.getByName("203.0.113.2"), 10006));
                }
                return true;
            });
            for (String command : List.of("status", "doctor")) {
                Command.Result said = hub.tryRun(
                        "env",
                        "IPIPOU_RUN_DIR=" + own,
                        "IPIPOU_STATE_DIR=" + own,
                        Distribution.LAUNCHER,
                        command,
                        "--file",
                        own.resolve("tunnels.yaml").toString());
                System.out.println(said.output());
                assertThat(said.output())
                        .contains("wwan0 does not exist", "hub.invalid", "10.66.0.0/16", "UDP port 10005", "laptop0");
            }
            assertThat(agent.isAlive()).isTrue();
            hub.ipBatch("link add wwan0 type dummy", "link set dev wwan0 up");
            hub.ip("address", "add", "192.0.2.7/24", "dev", "wwan0");
            Duration up = Wait.until("the tunnel over the modem is up", () -> hasLink("lte0"));
            System.out.println("up " + up.toMillis() + " ms after its device has an address");
            other.close();
            Wait.until("the tunnel of the port is up", () -> hasLink("port0"));
            hub.ip("route", "del", "10.66.0.0/16");
            Wait.until("the route is there", () -> has("ip", "route", "show", "10.66.0.0/16", "dev", "routed0"));
        }
    }
}
