package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.config.Config;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A hub with five peers on one port, each with another scheme, three of them behind one public address; and a stranger.
 * Every agent is a real one, in this JVM but in its own namespace.
 */
class AgentKernelTest {

    private static final String HUB_ADDRESS = "203.0.113.1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Plugins PLUGINS = Plugins.in(Optional.of(AgentProcess.THIRD_PARTY));

    @TempDir
    Path directory;

    private final List<NetworkNamespace> namespaces = new ArrayList<>();
    private final Map<NetworkNamespace, Agent> agents = new HashMap<>();
    private final Keys hubKeys = Keys.generated();
    private final Keys keys1 = Keys.generated();
    private final Keys keys4 = Keys.generated();

    private NetworkNamespace internet;
    private NetworkNamespace hub;
    private NetworkNamespace nat;
    private NetworkNamespace stranger;
    private List<NetworkNamespace> peers;

    @BeforeEach
    void lab() throws Exception {
        assertThat(PLUGINS.auth().get("hmac-window"))
                .as("the jar in " + AgentProcess.THIRD_PARTY)
                .isPresent();
        internet = namespace("internet");
        internet.ip("link", "add", "name", "lan0", "type", "bridge");
        internet.ip("link", "set", "dev", "lan0", "up");
        hub = onInternet("hub", 1);
        nat = onInternet("nat", 9);
        stranger = onInternet("stranger", 66);
        NetworkNamespace peer3 = onInternet("peer", 4);
        NetworkNamespace peer4 = onInternet("peer", 5);
        peers = List.of(behindNat(0), behindNat(1), behindNat(2), peer3, peer4);
        nat.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        masquerade(20000);
    }

    private NetworkNamespace namespace(String prefix) {
        NetworkNamespace namespace = NetworkNamespace.create(prefix);
        namespaces.add(namespace);
        namespace.ip("link", "set", "dev", "lo", "up");
        return namespace;
    }

    private NetworkNamespace onInternet(String prefix, int number) {
        NetworkNamespace host = namespace(prefix);
        plug(host, internet, "lan0", "to" + number);
        host.ip("addr", "add", "203.0.113." + number + "/24", "dev", "eth0");
        return host;
    }

    private NetworkNamespace behindNat(int number) {
        NetworkNamespace host = namespace("peer");
        host.ip("link", "add", "name", "eth0", "type", "veth", "peer", "name", "lan" + number, "netns", nat.name());
        host.ip("link", "set", "dev", "eth0", "up");
        nat.ip("link", "set", "dev", "lan" + number, "up");
        host.ip("addr", "add", "192.168." + number + ".2/24", "dev", "eth0");
        nat.ip("addr", "add", "192.168." + number + ".1/24", "dev", "lan" + number);
        host.ip("route", "add", "default", "via", "192.168." + number + ".1");
        return host;
    }

    private static void plug(NetworkNamespace host, NetworkNamespace bridge, String into, String name) {
        host.ip("link", "add", "name", "eth0", "type", "veth", "peer", "name", name, "netns", bridge.name());
        host.ip("link", "set", "dev", "eth0", "up");
        bridge.ip("link", "set", "dev", name, "master", into, "up");
    }

    /** Every peer behind it keeps one port, from this one on. */
    private void masquerade(int port) {
        nat.run(
                "nft",
                "flush ruleset; table ip nat { chain post { type nat hook postrouting priority srcnat; "
                        + "oifname eth0 ip protocol udp masquerade to :" + port + "-" + (port + 99)
                        + "; oifname eth0 masquerade; }; }");
        nat.call(() -> Command.run(List.of("sh", "-c", "conntrack -F 2>/dev/null || true")));
    }

    @AfterEach
    void cleanUp() {
        agents.values().forEach(Agent::close);
        namespaces.forEach(NetworkNamespace::close);
    }

    private String hubFile(String backend) {
        return """
                apiVersion: ipipou/v1
                settings: {backend: %s}
                defaults: {mode: server, local: {device: eth0, port: 10000}}
                auth:
                  a0: {scheme: token, token: Labrador}
                  a1: {scheme: ed25519, remotePublicKey: "%s", privateKey: "%s", secret: sesame}
                  a2: {scheme: hmac-window, key: a key that a third party made up}
                  a3: {scheme: address, ip: 203.0.113.4}
                  a4: {scheme: ed25519, remotePublicKey: "%s", secret: sesame}
                peers: {p0: {auth: a0}, p1: {auth: a1}, p2: {auth: a2}, p3: {auth: a3}, p4: {auth: a4}}
                tunnels:
                """.formatted(backend, keys1.open(), hubKeys.secret(), keys4.open())
                + tunnels("hub%d: {peer: p%d, inner: {address: 172.28.%d.0, peer: 172.28.%d.1}}");
    }

    private static String tunnels(String line) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            all.append("  ").append(line.replace("%d", Integer.toString(i))).append('\n');
        }
        return all.toString();
    }

    private String peerFile(String backend, int number) {
        String auth =
                switch (number) {
                    case 0 -> "{scheme: token, token: Labrador}";
                    case 1 ->
                        "{scheme: ed25519, privateKey: \"%s\", remotePublicKey: \"%s\", secret: sesame}"
                                .formatted(keys1.secret(), hubKeys.open());
                    case 2 -> "{scheme: hmac-window, key: a key that a third party made up}";
                    case 3 -> "{scheme: address, ip: 203.0.113.1}";
                    default -> "{scheme: ed25519, privateKey: \"%s\", secret: sesame}".formatted(keys4.secret());
                };
        return """
                apiVersion: ipipou/v1
                settings: {backend: %s}
                auth: {hub: %s}
                peers: {hub: {endpoint: "203.0.113.1:10000", auth: hub}}
                tunnels:
                  ipipou0:
                    mode: client
                    peer: hub
                    local: {device: eth0, port: 10000}
                    inner: {address: 172.28.%d.1, peer: 172.28.%d.0}
                    keepalive: 2s
                """.formatted(backend, auth, number, number);
    }

    private Agent start(NetworkNamespace host, String yaml) throws Exception {
        return start(host, yaml, directory);
    }

    private Agent start(NetworkNamespace host, String yaml, Path secrets) throws Exception {
        Config config = PLUGINS.config(yaml, secrets);
        Path state = Files.createDirectories(directory.resolve(host.name()));
        Agent agent = host.call(() -> PLUGINS.agent(config.settings().backend(), config, state));
        agents.put(host, agent);
        return agent;
    }

    private void stop(NetworkNamespace host) {
        Optional.ofNullable(agents.remove(host)).orElseThrow().close();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static void ping(NetworkNamespace from, String to) {
        from.run("ping", "-c", "2", "-i", "0.2", "-W", "5", to);
    }

    private void connectAll(String backend) throws Exception {
        Agent server = start(hub, hubFile(backend));
        for (int i = 0; i < 5; i++) {
            start(peers.get(i), peerFile(backend, i));
        }
        await("all five are admitted", () -> server.peers().values().stream()
                .allMatch(peer ->
                        peer.endpoint().filter(where -> where.admitted()).isPresent()));
        for (int i = 0; i < 5; i++) {
            ping(peers.get(i), "172.28." + i + ".0");
            ping(hub, "172.28." + i + ".1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void fivePeersConnectOneRoamsAndNothingIsLostWithoutTheAgent(String backend) throws Exception {
        connectAll(backend);
        assertThat(agents.get(hub)).isNotNull();

        // The NAT gives all three another port: they are let in there by their next proof.
        masquerade(30000);
        for (int i = 0; i < 3; i++) {
            int number = i;
            await("peer " + i + " is back", () -> portOf(number) >= 30000);
            ping(peers.get(i), "172.28." + i + ".0");
        }

        // An agent that is killed and comes back loses nobody and nothing.
        stop(hub);
        AgentProcess victim = AgentProcess.start(hub, directory.resolve(hub.name()), hubFile(backend));
        List<Pings> pings = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pings.add(Pings.start(peers.get(i), "172.28." + i + ".0"));
        }
        victim.kill();
        Thread.sleep(1500);
        Agent again = start(hub, hubFile(backend));
        assertThat(again.peers().values())
                .allMatch(peer ->
                        peer.endpoint().filter(where -> where.admitted()).isPresent());
        pings.forEach(Pings::assertNoneLost);
    }

    private static PeerTable.Snapshot peer(Agent server, int number) {
        return Optional.ofNullable(server.peers().get(new LinkName("hub" + number)))
                .orElseThrow();
    }

    private int portOf(int number) {
        return peer(Optional.ofNullable(agents.get(hub)).orElseThrow(), number)
                .endpoint()
                .map(where -> where.endpoint().port())
                .orElse(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void nothingOfAStrangerReachesATunnelWhetherAnAgentRunsOrNot(String backend) throws Exception {
        connectAll(backend);
        Agent server = Optional.ofNullable(agents.get(hub)).orElseThrow();
        byte[] proof = recordedProof();
        assertThat(replayed(server, proof))
                .as("replays are refused and counted")
                .isTrue();

        intrude();
        stop(hub);
        intrude();
    }

    /** A proof of peer 4's, as somebody on its way could have recorded it. */
    private byte[] recordedProof() throws Exception {
        Background tcpdump = hub.start(
                        "tcpdump",
                        "-nn",
                        "-l",
                        "-x",
                        "-i",
                        "eth0",
                        "-c",
                        "1",
                        "src",
                        "203.0.113.5",
                        "and",
                        "udp[4:2]",
                        "=",
                        "81")
                .awaitLine("listening on");
        String text = tcpdump.rest();
        String hex = text.lines()
                .filter(line -> line.strip().startsWith("0x"))
                .map(line -> line.substring(line.indexOf(':') + 1).replace(" ", ""))
                .collect(Collectors.joining())
                .strip();
        byte[] packet = HexFormat.of().parseHex(hex);
        return Arrays.copyOfRange(packet, 28, 28 + 73);
    }

    private boolean replayed(Agent server, byte[] proof) throws Exception {
        Endpoint before = peer(server, 4).endpoint().orElseThrow().endpoint();
        send(stranger, "203.0.113.66", proof);
        await("the replay is counted", () -> peer(server, 4).rejections().getOrDefault(RejectionReason.REPLAY, 0L) > 0);
        return peer(server, 4).endpoint().orElseThrow().endpoint().equals(before);
    }

    /** Inner packets of a stranger in UDP, in native IPIP, from its own address and to the alias. */
    private void intrude() {
        long before = received();
        stranger.ip("fou", "add", "port", "10000", "ipproto", "4");
        stranger.ip(
                "link",
                "add",
                "name",
                "x0",
                "type",
                "ipip",
                "local",
                "203.0.113.66",
                "remote",
                HUB_ADDRESS,
                "encap",
                "fou",
                "encap-sport",
                "10000",
                "encap-dport",
                "10000");
        stranger.ip("addr", "add", "172.28.4.1", "peer", "172.28.4.0", "dev", "x0");
        stranger.ip("link", "set", "dev", "x0", "up");
        noAnswer("172.28.4.0");
        // As if it were peer 4, without UDP.
        stranger.ip("addr", "add", "203.0.113.5/32", "dev", "eth0");
        stranger.ip("link", "del", "dev", "x0");
        stranger.ip("link", "add", "name", "x0", "type", "ipip", "local", "203.0.113.5", "remote", HUB_ADDRESS);
        stranger.ip("addr", "add", "172.28.4.1", "peer", "172.28.4.0", "dev", "x0");
        stranger.ip("link", "set", "dev", "x0", "up");
        noAnswer("172.28.4.0");
        stranger.ip("link", "del", "dev", "x0");
        stranger.ip("addr", "del", "203.0.113.5/32", "dev", "eth0");
        stranger.ip("fou", "del", "port", "10000", "ipproto", "4");
        assertThat(received()).as("packets that the hub's tunnels received").isEqualTo(before);
    }

    /**
     * Also what is as long as a proof, and what comes in fragments: nothing reassembles them before the gate, which sees a
     * later one without its ports.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsForAnotherServicePassesTheGate(boolean secondAddress) throws Exception {
        hub.ip("addr", "add", "203.0.113.2/24", "dev", "eth0");
        String second =
                "  more: {peer: p4, local: {address: 203.0.113.2, port: 10001}, inner: {address: 172.28.9.0, peer: 172.28.9.1}}\n";
        start(hub, hubFile("netlink") + (secondAddress ? second : ""));
        start(peers.get(0), peerFile("netlink", 0));
        for (int size : List.of(0, 16, 73, 4000)) {
            byte[] sent = new byte[size];
            Arrays.fill(sent, (byte) 0x45);
            assertThat(takenByAService(sent)).isEqualTo(sent);
        }
        await("peer 0 is let in", () -> portOf(0) > 0);
        ping(peers.get(0), "172.28.0.0");
        intrude();
    }

    /** What a service of the hub's has of a datagram of the stranger's. */
    private byte[] takenByAService(byte[] sent) {
        return hub.call(() -> {
            try (DatagramSocket service = new DatagramSocket(5000, InetAddress.getByName(HUB_ADDRESS))) {
                service.setSoTimeout(5000);
                stranger.call(() -> {
                    try (DatagramSocket client = new DatagramSocket()) {
                        client.send(new DatagramPacket(sent, sent.length, service.getLocalSocketAddress()));
                    }
                    return true;
                });
                DatagramPacket packet = new DatagramPacket(new byte[5000], 5000);
                service.receive(packet);
                return Arrays.copyOf(packet.getData(), packet.getLength());
            }
        });
    }

    private void noAnswer(String address) {
        String said =
                stranger.call(() -> Command.run(List.of("sh", "-c", "ping -c 3 -i 0.2 -W 1 " + address + " || true")));
        assertThat(said).contains("100% packet loss");
    }

    /** Of all the hub's tunnels; the peers themselves are silent. */
    private long received() {
        return hub.run("cat", "/proc/net/dev")
                .lines()
                .filter(line -> line.strip().startsWith("hub"))
                .mapToLong(line -> Long.parseLong(line.strip().split("[: ]+")[2]))
                .sum();
    }

    private static void send(NetworkNamespace from, String source, byte[] payload) {
        from.call(() -> {
            try (PacketSender sender = PacketSender.open()) {
                sender.send(new Datagram(
                        new Endpoint(Ipv4.of(source), 4444),
                        new Endpoint(Ipv4.of(HUB_ADDRESS), 10000),
                        Payload.of(payload)));
            }
            return true;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void aFlushedRulesetIsBackAndSoIsEveryPeer(String backend) throws Exception {
        connectAll(backend);
        long start = System.nanoTime();
        hub.run("nft", "flush", "ruleset");
        await("the table is back", () -> !tableOf(hub).isEmpty());
        System.out.printf(
                "%s: the table was back %d ms after a flush%n", backend, (System.nanoTime() - start) / 1_000_000);
        for (int i = 0; i < 5; i++) {
            ping(peers.get(i), "172.28." + i + ".0");
        }
    }

    /** The example's laptop, which then moves to another address, without a word to anybody. */
    @Test
    void theExampleOfAHubAndALaptopConnectsAndRoams() throws Exception {
        Path examples = Distribution.ROOT.resolve("examples/roaming");
        Agent server = start(hub, Files.readString(examples.resolve("hub.yaml")), examples);
        hub.ip("addr", "add", "10.1.0.1/16", "dev", "lo");
        NetworkNamespace laptop = peers.get(3);
        start(laptop, Files.readString(examples.resolve("laptop.yaml")), examples);
        await("the laptop is let in", () -> server.peers().values().stream()
                .allMatch(peer -> peer.endpoint().isPresent()));
        ping(laptop, "10.1.0.1");

        laptop.ip("addr", "del", "203.0.113.4/24", "dev", "eth0");
        laptop.ip("addr", "add", "203.0.113.44/24", "dev", "eth0");
        await("the laptop is followed", () -> server.peers().values().stream()
                .allMatch(peer ->
                        peer.endpoint().orElseThrow().endpoint().address().equals(Ipv4.of("203.0.113.44"))));
        ping(laptop, "10.1.0.1");
    }

    private static String tableOf(NetworkNamespace host) {
        return host.call(() -> Command.run(List.of("sh", "-c", "nft list table ip ipipou 2>/dev/null || true")));
    }
}
