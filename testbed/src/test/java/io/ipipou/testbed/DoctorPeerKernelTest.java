package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import io.ipipou.agent.control.ControlClient;
import io.ipipou.agent.control.ControlServer;
import io.ipipou.agent.converge.InitialConfig;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.render.AgentStatus;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.name.NameResolver;
import io.ipipou.spi.auth.AuthContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks of {@code ipipou doctor} that are about the gate, the agent and the peers, each with one fault. */
class DoctorPeerKernelTest {

    @TempDir
    Path directory;

    private final Keys hubKeys = Keys.generated();
    private final Keys laptopKeys = Keys.generated();
    private final Lab lab = new Lab();
    private final NetworkNamespace hub = lab.host("hub");
    private final NetworkNamespace laptop = lab.host("laptop");
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    private final String hubFile = """
            apiVersion: ipipou/v1
            auth: {laptop: {scheme: ed25519, remotePublicKey: "%s", privateKey: "%s", secret: sesame}}
            peers: {laptop: {auth: laptop}}
            tunnels:
              t0: {mode: server, peer: laptop, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.0, peer: 172.28.0.1}}
            """.formatted(laptopKeys.publicKey(), hubKeys.privateKey());

    private final String laptopFile = """
            apiVersion: ipipou/v1
            auth: {hub: {scheme: ed25519, remotePublicKey: "%s", privateKey: "%s", secret: sesame}}
            peers: {hub: {endpoint: "203.0.113.1:10000", auth: hub}}
            tunnels:
              t0: {mode: client, peer: hub, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.1, peer: 172.28.0.0}, keepalive: 2s}
            """.formatted(hubKeys.publicKey(), laptopKeys.privateKey());

    @BeforeEach
    void connect() {
        Lab.connect(hub, "203.0.113.1/24", laptop, "203.0.113.2/24");
    }

    @AfterEach
    void close() throws Exception {
        while (!running.isEmpty()) {
            running.pop().close();
        }
        lab.close();
    }

    /** An agent in this JVM. */
    private Agent start(NetworkNamespace where, String yaml, Clock clock) throws Exception {
        Config config = Plugins.BUILT_IN.config(yaml);
        AuthSchemes schemes = new AuthSchemes(Plugins.BUILT_IN.auth(), new AuthContext(clock, new SecureRandom()));
        Path state = Files.createDirectories(directory.resolve(where.name()));
        Agent agent = where.call(() -> Agent.start(
                InitialConfig.inForce(config),
                new Agent.Setup(
                        RealKernel.provider("netlink"), schemes, NameResolver.SYSTEM, clock, state, state, true)));
        running.push(agent);
        return agent;
    }

    /** Makes an agent the one that commands ask. */
    private void serve(Agent agent) throws Exception {
        Files.createDirectories(Directories.run());
        running.push(ControlServer.start(
                ControlClient.in(Directories.run()).path(),
                Map.of(
                        "ping",
                                question -> Map.of(
                                        "file", file(hubFile).toRealPath().toString()),
                        "status", question -> AgentStatus.document(agent))));
    }

    private Path file(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("tunnels.yaml"), yaml);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void apply(String yaml) throws Exception {
        Cli.Result run = Cli.run(hub, "apply", file(yaml).toString());
        assertThat(run.status()).as(run.output()).isZero();
    }

    private Cli.Result doctor(NetworkNamespace where, String yaml) throws Exception {
        return Cli.run(where, "doctor", "--file", file(yaml).toString());
    }

    private void assertFails(NetworkNamespace where, String yaml, String... texts) throws Exception {
        Cli.Result run = doctor(where, yaml);
        assertThat(run.status()).as(run.output()).isEqualTo(2);
        assertThat(run.out()).containsSubsequence(texts);
    }

    private static Clock behind(long seconds) {
        return Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-seconds));
    }

    private static boolean hasRejected(Agent agent) {
        return agent.peers().values().stream()
                .anyMatch(peer -> peer.lastRejection().isPresent());
    }

    @Test
    void agentAndClock() throws Exception {
        apply(hubFile);
        assertFails(
                hub,
                hubFile,
                "host",
                "FAIL  clock: the clock is not synchronised",
                "also  agent: the agent is not running, so nobody authenticates");
    }

    @Test
    void queue() throws Exception {
        Agent agent = start(hub, hubFile, Clock.systemUTC());
        serve(agent);
        assertThat(doctor(hub, hubFile).out()).contains("agent, queue");
        agent.close();
        assertFails(hub, hubFile, "also  queue: the agent does not receive from NFQUEUE 0");
    }

    @Test
    void aQueueThatAnotherProgramHolds() throws Exception {
        apply(hubFile);
        start(hub, hubFile, Clock.systemUTC()); // which does not answer commands
        assertFails(hub, hubFile, "also  queue: NFQUEUE 0 is held by ");
    }

    @Test
    void gate() throws Exception {
        apply(hubFile);
        hub.run("nft", "insert rule ip ipipou prerouting accept");
        assertFails(hub, hubFile, "FAIL  gate: the gate (nftables table ip ipipou) does not match the file");
        hub.run("nft", "delete table ip ipipou");
        assertFails(hub, hubFile, "FAIL  gate: the gate (nftables table ip ipipou) does not exist");
    }

    @Test
    void nothingArrives() throws Exception {
        serve(start(hub, hubFile, Clock.systemUTC()));
        assertFails(
                hub,
                hubFile,
                "FAIL  arrivals: nothing has reached the gate",
                "tcpdump -n -i eth0 udp port 10000",
                "also  admission: laptop has never authenticated");
    }

    @Test
    void aClockThatIsWrong() throws Exception {
        Agent agent = start(hub, hubFile, Clock.systemUTC());
        serve(agent);
        start(laptop, laptopFile, behind(3612));
        Wait.until("a packet was rejected", () -> hasRejected(agent));
        assertFails(
                hub,
                hubFile,
                "FAIL  admission: laptop has never authenticated",
                "packets from sources that are not admitted reached the gate; the last of laptop, from 203.0.113.2:10000,"
                        + " was rejected",
                "its clock is 361",
                "s behind this host's",
                "do:   ",
                "NTP");
    }

    @Test
    void aRejectionAfterTheAdmission() throws Exception {
        Agent agent = start(hub, hubFile, Clock.systemUTC());
        serve(agent);
        Agent good = start(laptop, laptopFile, Clock.systemUTC());
        Wait.until("the peer is admitted", () -> HubLab.hasAdmittedAll(agent));
        assertThat(doctor(hub, hubFile).out())
                .contains("laptop admitted from 203.0.113.2:10000, nothing rejected since");
        good.close();
        start(laptop, laptopFile, behind(3612));
        Wait.until("a packet was rejected", () -> hasRejected(agent));
        assertFails(
                hub,
                hubFile,
                "FAIL  rejection: laptop is still admitted, for another ",
                " s, but its latest authentication was rejected",
                "its clock is 361");
    }

    @Test
    void aHubThatDoesNotAnswer() throws Exception {
        Agent agent = start(laptop, laptopFile, Clock.systemUTC());
        serve(agent);
        Wait.until("the agent says that nobody answers", () -> agent.clients().values().stream()
                .anyMatch(server -> server.fault().isPresent()));
        assertFails(
                laptop,
                laptopFile,
                "FAIL  admission: ",
                "seen: sent to 203.0.113.1:10000 from 203.0.113.2:10000, last at ",
                "on hub, run: ipipou doctor TUNNEL");
    }

    @Test
    void anAliasInAContainerNetwork() throws Exception {
        Agent agent = start(hub, hubFile, Clock.systemUTC());
        serve(agent);
        start(laptop, laptopFile, Clock.systemUTC());
        Wait.until("the peer is admitted", () -> HubLab.hasAdmittedAll(agent));
        hub.ipBatch("link add docker0 type bridge", "link set docker0 up", "address add 172.29.0.254/16 dev docker0");
        assertFails(
                hub,
                hubFile,
                "FAIL  overlap: the alias 172.29.0.1 is in the network 172.29.0.0/16 dev docker0",
                "settings.aliasRange");
    }
}
