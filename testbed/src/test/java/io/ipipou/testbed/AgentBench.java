package io.ipipou.testbed;

import io.ipipou.agent.Agent;
import io.ipipou.cli.log.Logs;
import io.ipipou.core.config.Auth;
import io.ipipou.core.config.Config;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.RuleCounter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures the agent and the gate: how fast proofs are checked, how long a peer waits to be let in, what peers cost in
 * memory, and what the gate costs a packet. {@code proofs} as the first argument: only what needs no kernel.
 */
final class AgentBench {

    private static final int ROUNDS = 60;

    private final Path launcher;
    private final Path directory;

    private AgentBench(Path launcher, Path directory) {
        this.launcher = launcher;
        this.directory = directory;
    }

    /** @param arguments {@code proofs}, or the launcher, a directory for files, and which parts, all when none is named */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("proofs")) {
            proofs();
            return;
        }
        Logs.configure(Map.of(Logs.LEVEL, "error")); // agents in this JVM tell of each peer
        AgentBench bench = new AgentBench(Path.of(arguments[0]), Path.of(arguments[1]));
        List<String> parts = arguments.length > 2
                ? List.of(arguments).subList(2, arguments.length)
                : List.of("latency", "flood", "memory", "idle", "drift", "crash");
        for (String part : parts) {
            switch (part) {
                case "latency" -> bench.latency();
                case "flood" -> bench.flood();
                case "throughput" -> new GateThroughput(bench.launcher, bench.directory).measure();
                case "memory" -> new AgentFootprint(bench.launcher, bench.directory).memory();
                case "idle" -> new AgentFootprint(bench.launcher, bench.directory).idle();
                case "drift" -> new AgentRepairs().measure();
                case "crash" -> crash();
                default -> throw new IllegalArgumentException("no such part: " + part);
            }
        }
        System.exit(0); // the agents' threads
    }

    private static void crash() throws Exception {
        System.out.printf("%nApplies killed with SIGKILL, each a process of its own%n");
        Path directory = Files.createTempDirectory("crash");
        try (CrashHost host = new CrashHost(directory)) {
            host.everyPoint(
                    (yaml, counted, point) -> KilledApply.isKilled(host.namespace(), directory, yaml, counted, point));
        }
    }

    private static void proofs() throws Exception {
        Keys keys = Keys.generated();
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(
                "ed25519",
                "{scheme: ed25519, privateKey: \"%s\", remotePublicKey: \"%s\", secret: s}"
                        .formatted(keys.secret(), keys.open()));
        entries.put("token", "{scheme: token, token: Labrador}");
        System.out.println("Proofs checked, a second and core of this machine");
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            Config config = Plugins.BUILT_IN.config("""
                    apiVersion: ipipou/v1
                    auth: {a: %s}
                    tunnels: {}
                    """.formatted(entry.getValue()));
            Auth auth = Optional.ofNullable(config.auth().get("a")).orElseThrow();
            Verifier verifier = Plugins.BUILT_IN.schemes().verifier(auth);
            AuthPacket attempt = new AuthPacket(
                    Plugins.BUILT_IN.schemes().authenticator(auth).request(),
                    new Endpoint(Ipv4.of("203.0.113.2"), 1),
                    Clock.systemUTC().instant());
            rate(verifier, attempt);
            System.out.printf("  %-10s %,.0f%n", entry.getKey(), rate(verifier, attempt));
        }
    }

    private static double rate(Verifier verifier, AuthPacket attempt) {
        long start = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - start < 2_000_000_000L) {
            for (int i = 0; i < 100; i++) {
                if (!verifier.verify(attempt).isAccepted()) {
                    throw new IllegalStateException("a genuine proof was refused");
                }
            }
            count += 100;
        }
        return count * 1e9 / (System.nanoTime() - start);
    }

    /** Two hosts on one wire. */
    static final class Wire implements AutoCloseable {
        final NetworkNamespace hub = NetworkNamespace.create("hub");
        final NetworkNamespace far = NetworkNamespace.create("far");

        Wire() {
            hub.ip("link", "add", "name", "eth0", "type", "veth", "peer", "name", "eth0", "netns", far.name());
            int number = 1;
            for (NetworkNamespace host : List.of(hub, far)) {
                host.ip("link", "set", "dev", "lo", "up");
                host.ip("link", "set", "dev", "eth0", "up");
                host.ip("addr", "add", "203.0.113." + number++ + "/24", "dev", "eth0");
            }
        }

        @Override
        public void close() {
            hub.close();
            far.close();
        }
    }

    static String inner(int number, int end) {
        return "172.28." + number / 125 + "." + (2 * (number % 125) + end);
    }

    private Agent agent(NetworkNamespace host, Config config) throws Exception {
        Path state = Files.createTempDirectory(directory, "agent");
        return host.call(() -> Plugins.BUILT_IN.agent("netlink", config, state));
    }

    static String hubOf(List<Keys> peers) {
        StringBuilder auth = new StringBuilder("auth:\n");
        StringBuilder names = new StringBuilder("peers:\n");
        StringBuilder tunnels = new StringBuilder("tunnels:\n");
        for (int i = 0; i < peers.size(); i++) {
            auth.append("  a%d: {scheme: ed25519, remotePublicKey: \"%s\", secret: s}%n"
                    .formatted(i, peers.get(i).open()));
            names.append("  p%d: {auth: a%d}%n".formatted(i, i));
            tunnels.append(
                    "  t%d: {peer: p%d, inner: {address: %s, peer: %s}}%n".formatted(i, i, inner(i, 0), inner(i, 1)));
        }
        return "apiVersion: ipipou/v1\ndefaults: {mode: server, local: {device: eth0, port: 10000}, keepalive: 0}\n"
                + auth + names + tunnels;
    }

    private static Authenticator prover(Keys keys) throws Exception {
        Config config = Plugins.BUILT_IN.config("""
                apiVersion: ipipou/v1
                auth: {a: {scheme: ed25519, privateKey: "%s", remotePublicKey: "%s", secret: s}}
                tunnels: {}
                """.formatted(keys.secret(), keys.open()));
        return Plugins.BUILT_IN
                .schemes()
                .authenticator(Optional.ofNullable(config.auth().get("a")).orElseThrow());
    }

    /** From a proof of a peer at an endpoint that nobody knows yet to its answer, and to the answer to its first ping. */
    private void latency() throws Exception {
        System.out.printf("%nFrom a proof on the wire, milliseconds, ed25519, agent warm%n");
        double only = 0;
        for (int size : List.of(1, 1000)) {
            List<Keys> peers = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                peers.add(Keys.generated());
            }
            try (Wire wire = new Wire();
                    Agent agent = agent(wire.hub, Plugins.BUILT_IN.config(hubOf(peers)))) {
                List<Double> admitted = new ArrayList<>();
                List<Double> replied = new ArrayList<>();
                for (int round = 0; round < 2 * ROUNDS; round++) {
                    int number = size == 1 ? 0 : (round * 37) % 50; // each roams several times
                    double[] times = roam(wire.far, prover(peers.get(number)), 20000 + round, number);
                    if (round >= ROUNDS) {
                        admitted.add(times[0]);
                        replied.add(times[1]);
                    }
                }
                System.out.printf(
                        "  %4d peers  to its answer (the endpoint is let in): median %.1f, 99th %.1f;"
                                + " to the first inner reply: median %.1f, 99th %.1f%n",
                        size,
                        Figures.part(admitted, 50),
                        Figures.part(admitted, 99),
                        Figures.part(replied, 50),
                        Figures.part(replied, 99));
                if (size == 1) {
                    only = Figures.part(admitted, 50);
                    ratio("to admitted / the Python tool's 550 ms", only / 550, 0.1);
                } else {
                    ratio("of 1000 peers / the only peer's", Figures.part(admitted, 50) / only, 3);
                }
                if (agent.peers().isEmpty()) {
                    throw new IllegalStateException("no peers");
                }
            }
        }
    }

    static void ratio(String what, double value, double limit) {
        System.out.printf(
                "    %-44s %6.3f  (at most %.2f: %s)%n", what, value, limit, value <= limit ? "reached" : "MISSED");
    }

    private static double[] roam(NetworkNamespace far, Authenticator prover, int port, int number) {
        return far.call(() -> {
            try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getByName("203.0.113.2"))) {
                InetSocketAddress hub = new InetSocketAddress("203.0.113.1", 10000);
                byte[] proof = prover.request().bytes();
                byte[] echo = echo(number);
                byte[] buffer = new byte[2000];
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                long start = System.nanoTime();
                socket.send(new DatagramPacket(proof, proof.length, hub));
                double admitted = 0;
                socket.setSoTimeout(2);
                while (true) {
                    if (System.nanoTime() - start > 20_000_000_000L) {
                        throw new IllegalStateException("no answer");
                    }
                    try {
                        socket.receive(packet);
                        double now = (System.nanoTime() - start) / 1e6;
                        if (packet.getLength() == proof.length) {
                            admitted = now;
                        } else if (packet.getLength() == echo.length) {
                            return new double[] {admitted == 0 ? now : admitted, now};
                        }
                    } catch (SocketTimeoutException e) {
                        // Until it is let in, what it sends into the tunnel is dropped.
                    }
                    socket.send(new DatagramPacket(echo, echo.length, hub));
                }
            }
        });
    }

    /** An inner packet: ICMP echo request (RFC 792) from the peer's inner address to the hub's. */
    private static byte[] echo(int number) {
        ByteBuffer packet = ByteBuffer.allocate(28)
                .put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) 28)
                .putInt(0)
                .put((byte) 64)
                .put((byte) 1)
                .putShort((short) 0)
                .putInt(Ipv4.of(inner(number, 1)).bits())
                .putInt(Ipv4.of(inner(number, 0)).bits());
        packet.put((byte) 8)
                .put((byte) 0)
                .putShort((short) 0)
                .putShort((short) 1)
                .putShort((short) 1);
        packet.putShort(10, checksum(packet, 0, 20)).putShort(22, checksum(packet, 20, 28));
        return packet.array();
    }

    private static short checksum(ByteBuffer bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(i));
        }
        sum = (sum >>> 16) + (sum & 0xffff);
        return (short) ~(sum + (sum >>> 16));
    }

    /** A stranger sends what may be proofs, by the kernel's packet generator; a peer sends pings, and proofs, meanwhile. */
    private void flood() throws Exception {
        Keys keys = Keys.generated();
        try (Wire wire = new Wire();
                Agent agent = agent(wire.hub, Plugins.BUILT_IN.config(hubOf(List.of(keys))))) {
            wire.far.ip("addr", "add", "203.0.113.66/24", "dev", "eth0");
            roam(wire.far, prover(keys), 30000, 0);
            Background flood = flood(wire, 20_000);
            Thread.sleep(1000);
            int lost = 0;
            for (int i = 0; i < 50; i++) {
                lost += isAnswered(wire.far, 30000) ? 0 : 1;
            }
            int proofs = 0;
            for (int i = 0; i < 10; i++) {
                roam(wire.far, prover(keys), 31000 + i, 0);
                proofs++;
            }
            wire.far.run("sh", "-c", "echo stop >/proc/net/pktgen/pgctrl");
            flood.awaitEnd();
            String sent = wire.far
                    .run("sh", "-c", "grep -o '[0-9]*pps' /proc/net/pktgen/eth0")
                    .strip();
            System.out.printf(
                    "%nA flood of bad packets, %s: %d of 50 pings of an admitted peer lost, %d of 10 good proofs"
                            + " accepted, gate: %s%n",
                    sent, lost, proofs, gate(wire, agent));
        }
    }

    private static Map<String, RuleCounter> gate(Wire wire, Agent agent) {
        return wire.hub.call(() -> {
            try (Backend backend = agent.openBackend()) {
                return backend.ruleCounters();
            }
        });
    }

    private static Background flood(Wire wire, int perSecond) {
        String mac = wire.hub
                .run("sh", "-c", "ip -o link show dev eth0 | grep -o 'ether [0-9a-f:]*' | cut -c7-")
                .strip();
        return wire.far.start("sh", "-ec", """
                modprobe pktgen
                cd /proc/net/pktgen
                echo rem_device_all >kpktgend_1
                echo add_device eth0 >kpktgend_1
                for setting in "count 0" "pkt_size 115" "ratep %d" "src_min 203.0.113.66" "src_max 203.0.113.66" \
                    "dst 203.0.113.1" "dst_mac %s" "udp_src_min 4444" "udp_src_max 4444" "udp_dst_min 10000" \
                    "udp_dst_max 10000"; do
                    echo "$setting" >eth0
                done
                echo start >pgctrl
                """.formatted(perSecond, mac));
    }

    private static boolean isAnswered(NetworkNamespace far, int port) {
        return far.call(() -> {
            try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getByName("203.0.113.2"))) {
                byte[] echo = echo(0);
                socket.send(new DatagramPacket(echo, echo.length, new InetSocketAddress("203.0.113.1", 10000)));
                socket.setSoTimeout(1000);
                socket.receive(new DatagramPacket(new byte[2000], 2000));
                return true;
            } catch (SocketTimeoutException e) {
                return false;
            }
        });
    }
}
