package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Auth;
import io.ipipou.core.config.Config;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads when a peer or a server does not answer. */
class FaultsKernelTest {

    private static final Keys LAPTOP = Keys.generated();
    private static final Keys BRANCH = Keys.generated();

    private static final String HUB = """
            apiVersion: ipipou/v1
            defaults: {mode: server, local: {device: eth0, port: 10000}}
            auth:
              laptop: {scheme: ed25519, remotePublicKey: "%s", secret: sesame}
              branch: {scheme: ed25519, remotePublicKey: "%s", secret: sesame}
            peers: {laptop: {auth: laptop}, branch: {auth: branch}, spare: {auth: branch}}
            tunnels:
              laptop0: {peer: laptop, inner: {address: 172.28.0.0, peer: 172.28.0.1}}
              branch0: {peer: branch, inner: {address: 172.28.1.0, peer: 172.28.1.1}, maxClockSkew: 0}
              spare0: {peer: spare, local: {port: 10001}, inner: {address: 172.28.2.0, peer: 172.28.2.1}}
            """.formatted(LAPTOP.publicKey(), BRANCH.publicKey());

    private static final String PEERS = """
            apiVersion: ipipou/v1
            defaults: {mode: client, peer: hub, local: {device: eth0}}
            auth:
              laptop: {scheme: ed25519, privateKey: "%s", secret: sesame}
              branch: {scheme: ed25519, privateKey: "%s", secret: sesame}
            peers: {hub: {endpoint: "203.0.113.1:10000", auth: laptop}, hub1: {endpoint: "203.0.113.2:10000", auth: branch}}
            tunnels:
              t0: {local: {port: 10000}, inner: {address: 172.28.0.1}}
              t1: {peer: hub1, local: {port: 10001}, inner: {address: 172.28.1.1}}
            """.formatted(LAPTOP.privateKey(), BRANCH.privateKey());

    @TempDir
    Path directory;

    private final Lab lab = new Lab();
    private final List<AutoCloseable> agents = new ArrayList<>();
    private final NetworkNamespace internet = lab.internet();
    private final NetworkNamespace hub = lab.hostOn(internet, "hub", 1);
    private final NetworkNamespace other = lab.hostOn(internet, "other", 66);

    @AfterEach
    void cleanUp() throws Exception {
        for (AutoCloseable agent : agents) {
            agent.close();
        }
        lab.close();
    }

    private AgentProcess start(NetworkNamespace host, String yaml) throws Exception {
        AgentProcess agent = AgentProcess.start(host, directory.resolve(host.name()), yaml);
        agents.add(agent);
        return agent;
    }

    /** A command as a process, since it finds the agent by its environment. */
    private Command.Result ipipou(NetworkNamespace host, String... arguments) {
        Path own = directory.resolve(host.name());
        List<String> command = new ArrayList<>(
                List.of("env", "IPIPOU_RUN_DIR=" + own, "IPIPOU_STATE_DIR=" + own, Distribution.LAUNCHER));
        command.addAll(List.of(arguments));
        return host.tryRun(command.toArray(String[]::new));
    }

    /** An authentication packet of a peer whose clock is this much ahead. */
    private static Payload packet(String auth, Duration ahead) {
        Config config = Plugins.BUILT_IN.config(PEERS);
        AuthContext context = new AuthContext(Clock.offset(Clock.systemUTC(), ahead), new SecureRandom());
        Auth entry = Optional.ofNullable(config.auth().get(auth)).orElseThrow();
        return new AuthSchemes(Plugins.BUILT_IN.auth(), context)
                .authenticator(entry)
                .request();
    }

    private void send(int sourcePort, Endpoint destination, Payload payload) {
        other.call(() -> {
            try (PacketSender sender = PacketSender.open()) {
                sender.send(new Datagram(new Endpoint(Ipv4.of("203.0.113.66"), sourcePort), destination, payload));
            }
            return true;
        });
    }

    private void sendToHub(int sourcePort, Payload payload) {
        send(sourcePort, new Endpoint(Ipv4.of("203.0.113.1"), 10000), payload);
    }

    /** Cases D4 and B5. */
    @Test
    void aRejectedPeerIsExplainedInTheLogAndInStatusAndCanBeReset() throws Exception {
        AgentProcess agent = start(hub, HUB);
        String file = directory.resolve(hub.name()).resolve("tunnels.yaml").toString();

        for (int i = 0; i < 10; i++) {
            sendToHub(4000 + i, Payload.of(new byte[73]));
        }
        agent.awaitLine("authentication rejected from 203.0.113.66:400");
        sendToHub(4100, packet("laptop", Duration.ofSeconds(-3612)));
        agent.awaitLine("laptop: authentication rejected: its clock is 361"); // 3612 s, or a second later
        sendToHub(4200, packet("branch", Duration.ofDays(3650)));
        agent.awaitLine("branch0: peer admitted at 203.0.113.66:4200");
        sendToHub(4300, packet("branch", Duration.ZERO));
        agent.awaitLine("run: ipipou peer reset branch");

        assertThat(ipipou(hub, "status", "--file", file).output())
                .containsPattern("its authentication is rejected: its clock is 361\\d s behind this host's, last from"
                        + " 203.0.113.66:4100 at .* \\(check NTP on the peer, or set maxClockSkew\\)")
                .contains("10 authentication packets matched no peer (wrong key or secret)");
        Command.Result reset = ipipou(hub, "peer", "reset", "branch");
        assertThat(reset.output()).contains("branch: replay state reset", "spare: has the same key");
        sendToHub(4400, packet("branch", Duration.ZERO));
        agent.awaitLine("branch0: peer moved to 203.0.113.66:4400");

        String log = agent.end();
        agents.clear();
        assertThat(log.lines().filter(line -> line.contains("authentication rejected from 203.0.113.66")))
                .as("one line for ten packets")
                .hasSize(1);
        assertThat(ipipou(hub, "peer", "reset", "--file", file, "branch").output())
                .contains("branch: replay state reset");
        assertThat(Files.readString(directory.resolve(hub.name()).resolve("replay"), UTF_8))
                .isEmpty();
    }

    /** Cases D5 and D6. */
    @Test
    void aClientSaysThatNobodyAnswersAndCountsNoKeepaliveAsAnAttack() throws Exception {
        block();
        NetworkNamespace client = lab.hostOn(internet, "client", 5);
        AgentProcess agent = start(client, TokenTunnel.client("203.0.113.1", "2s"));
        agent.awaitLine(
                "ipipou0: nobody answers at 203.0.113.1:10000: 3 authentication packets from"
                        + " 203.0.113.5:10000 through eth0 had no reply (on the server, check that its firewall lets in UDP port 10000");
        String file = directory.resolve(client.name()).resolve("tunnels.yaml").toString();
        assertThat(ipipou(client, "status", "--file", file, "ipipou0").output())
                .contains("connecting", "nobody answers at 203.0.113.1:10000");

        start(hub, TokenTunnel.server("netlink") + "    keepalive: 1s\n");
        hub.run("nft", "delete", "table", "ip", "firewall");
        agent.awaitLine("ipipou0: server 203.0.113.1:10000 is responding: it replied");
        client.start("tcpdump", "-nn", "-l", "-i", "eth0", "-c", "3", "src 203.0.113.1 and udp[4:2] = 8")
                .awaitEnd();
        assertThat(notAdmitted(client)).as("keepalives").isZero();
        send(4000, new Endpoint(Ipv4.of("203.0.113.5"), 10000), Payload.EMPTY);
        Wait.until("the packet of an unknown source is counted", () -> notAdmitted(client) == 1);
    }

    private void block() {
        hub.run(
                "nft",
                "table ip firewall { chain c { type filter hook prerouting priority -500;"
                        + " udp dport 10000 drop; }; }");
    }

    private static long notAdmitted(NetworkNamespace host) {
        return Pattern.compile("counter packets (\\d+) bytes \\d+ drop comment \"not admitted\"")
                .matcher(host.run("nft", "list", "table", "ip", "ipipou"))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    /** Case D7. */
    @Test
    void statusListsTunnelsAndNoAliasAddresses() throws Exception {
        String file = Files.writeString(directory.resolve("hub.yaml"), TokenTunnel.server("netlink"))
                .toString();
        assertThat(Cli.run(other, "apply", file).output()).contains("+ address.lo.172.29.0.1");
        other.ip("address", "del", "172.29.0.1/32", "dev", "lo");
        assertThat(Cli.run(other, "plan", file).output()).contains("+ address.lo.172.29.0.1");
        Cli.Result status = Cli.run(other, "status", "--file", file);
        assertThat(status.status()).as(status.toString()).isZero();
        assertThat(status.out())
                .containsPattern("(?m)^ipipou0 +waiting ")
                .contains("What tunnels share differs from the file (run: ipipou apply):\n  + address.lo.172.29.0.1\n")
                .doesNotContainPattern("(?m)^lo ");
    }
}
