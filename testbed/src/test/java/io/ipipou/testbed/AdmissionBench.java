package io.ipipou.testbed;

import io.ipipou.agent.Agent;
import io.ipipou.core.config.Config;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.backend.Backend;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measures how long a peer waits for its admission, and what gets through during a flood.
 *
 * @param directory for the agents' state
 */
record AdmissionBench(Path directory) {

    private static final int ROUNDS = 60;
    private static final int FLOOD_PER_SECOND = 20_000;
    private static final Path PKTGEN = Path.of("/proc/thread-self/net/pktgen");

    /** When the server's reply and when the first inner reply arrived, in milliseconds since the authentication packet was sent. */
    private record Times(double admitted, double replied) {}

    private Agent agent(NetworkNamespace host, List<Keys> peers) throws Exception {
        Config config = Plugins.BUILT_IN.config(BenchFiles.hub(peers));
        Path state = Files.createTempDirectory(directory, "agent");
        return host.call(() -> Plugins.BUILT_IN.agent("netlink", config, state));
    }

    private static Authenticator authenticator(Keys keys) throws Exception {
        Config config = Plugins.BUILT_IN.config("""
                apiVersion: ipipou/v1
                auth: {a: {scheme: ed25519, privateKey: "%s", remotePublicKey: "%s", secret: s}}
                tunnels: {}
                """.formatted(keys.privateKey(), keys.publicKey()));
        return Plugins.BUILT_IN
                .schemes()
                .authenticator(Optional.ofNullable(config.auth().get("a")).orElseThrow());
    }

    void latency() throws Exception {
        System.out.printf("%nMilliseconds since an authentication packet was sent, ed25519, agent warm%n");
        double onlyPeer = 0;
        for (int size : List.of(1, 1000)) {
            List<Keys> peers = Stream.generate(Keys::generated).limit(size).toList();
            try (Wire wire = new Wire();
                    Agent agent = agent(wire.hub(), peers)) {
                List<Double> admitted = new ArrayList<>();
                List<Double> replied = new ArrayList<>();
                for (int round = 0; round < 2 * ROUNDS; round++) {
                    int number = size == 1 ? 0 : (round * 37) % 50; // each roams several times
                    Times times = roam(wire.far(), authenticator(peers.get(number)), 20000 + round, number);
                    if (round >= ROUNDS) {
                        admitted.add(times.admitted());
                        replied.add(times.replied());
                    }
                }
                double median = Figures.percentile(admitted, 50);
                System.out.printf(
                        "  %4d peers  to the server's reply (the endpoint is admitted): median %.1f, 99th percentile %.1f;"
                                + " to the first inner reply: median %.1f, 99th percentile %.1f%n",
                        size,
                        median,
                        Figures.percentile(admitted, 99),
                        Figures.percentile(replied, 50),
                        Figures.percentile(replied, 99));
                if (size == 1) {
                    onlyPeer = median;
                    Figures.printRatio("to admission / the Python tool's 550 ms", median / 550, 0.1);
                } else {
                    Figures.printRatio("with 1000 peers / with one", median / onlyPeer, 3);
                }
                if (agent.peers().isEmpty()) {
                    throw new IllegalStateException("no peers");
                }
            }
        }
    }

    /** Authenticates from a port that the hub does not know, and sends pings through the tunnel until one is answered. */
    private static Times roam(NetworkNamespace far, Authenticator authenticator, int port, int number) {
        return far.call(() -> {
            try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getByName("203.0.113.2"))) {
                InetSocketAddress hub = new InetSocketAddress("203.0.113.1", 10000);
                byte[] request = authenticator.request().bytes();
                byte[] echo = echoRequest(number);
                byte[] buffer = new byte[2000];
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                long start = System.nanoTime();
                socket.send(new DatagramPacket(request, request.length, hub));
                double admitted = 0;
                socket.setSoTimeout(2);
                while (true) {
                    if (System.nanoTime() - start > 20_000_000_000L) {
                        throw new IllegalStateException("no reply");
                    }
                    try {
                        socket.receive(packet);
                        double now = (System.nanoTime() - start) / 1e6;
                        if (packet.getLength() == request.length) {
                            admitted = now;
                        } else if (packet.getLength() == echo.length) {
                            return new Times(admitted == 0 ? now : admitted, now);
                        }
                    } catch (SocketTimeoutException e) {
                        // Until the endpoint is admitted, the gate drops its inner packets.
                    }
                    socket.send(new DatagramPacket(echo, echo.length, hub));
                }
            }
        });
    }

    /** An inner packet: an ICMP echo request (RFC 792) from the peer's inner address to the hub's. */
    private static byte[] echoRequest(int number) {
        ByteBuffer packet = ByteBuffer.allocate(28)
                .put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) 28)
                .putInt(0)
                .put((byte) 64)
                .put((byte) 1)
                .putShort((short) 0)
                .putInt(Ipv4.of(BenchFiles.inner(number, 1)).bits())
                .putInt(Ipv4.of(BenchFiles.inner(number, 0)).bits());
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

    /** The kernel's packet generator floods the hub from an unknown source; meanwhile an admitted peer pings and authenticates. */
    void flood() throws Exception {
        Keys keys = Keys.generated();
        try (Wire wire = new Wire();
                Agent agent = agent(wire.hub(), List.of(keys))) {
            wire.far().ip("address", "add", "203.0.113.66/24", "dev", "eth0");
            Authenticator authenticator = authenticator(keys);
            roam(wire.far(), authenticator, 30000, 0);
            Background flood = startFlood(wire);
            Wait.until("the flood has started", () -> sentByTheFlood(wire) > FLOOD_PER_SECOND / 2);
            int lost = 0;
            for (int i = 0; i < 50; i++) {
                lost += isAnswered(wire.far(), 30000) ? 0 : 1;
            }
            int admitted = 0;
            for (int i = 0; i < 10; i++) {
                roam(wire.far(), authenticator, 31000 + i, 0);
                admitted++;
            }
            wire.far().call(() -> Files.writeString(PKTGEN.resolve("pgctrl"), "stop\n"));
            flood.awaitEnd();
            String rate = wire.far()
                    .run("sh", "-c", "grep -o '[0-9]*pps' /proc/net/pktgen/eth0")
                    .strip();
            System.out.printf(
                    "%nA flood of bad packets, %s: %d of 50 pings of an admitted peer lost, %d of 10 good authentication"
                            + " packets accepted, gate: %s%n",
                    rate, lost, admitted, ruleCounters(wire, agent));
        }
    }

    private static Map<String, RuleCounter> ruleCounters(Wire wire, Agent agent) {
        return wire.hub().call(() -> {
            try (Backend backend = agent.openBackend()) {
                return backend.ruleCounters();
            }
        });
    }

    private static Background startFlood(Wire wire) {
        String mac = wire.hub()
                .run("sh", "-c", "ip -o link show dev eth0 | grep -o 'ether [0-9a-f:]*' | cut -c7-")
                .strip();
        return wire.far().start("sh", "-ec", """
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
                """.formatted(FLOOD_PER_SECOND, mac));
    }

    /** Packets that the generator has sent so far. */
    private static long sentByTheFlood(Wire wire) {
        return wire.far()
                .run(
                        "sh",
                        "-c",
                        "sed -n 's/.*pkts-sofar: \\([0-9]*\\).*/\\1/p' /proc/net/pktgen/eth0 2>/dev/null || true")
                .lines()
                .mapToLong(Long::parseLong)
                .sum();
    }

    private static boolean isAnswered(NetworkNamespace far, int port) {
        return far.call(() -> {
            try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getByName("203.0.113.2"))) {
                byte[] echo = echoRequest(0);
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
