package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An agent as a process of its own that serves metrics: what happens to it is seen in them, and in its log. */
class MetricsKernelTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String FILE = """
            apiVersion: ipipou/v1
            settings: {backend: %s}
            auth: {laptop: {scheme: token, token: Labrador}}
            peers: {laptop: {auth: laptop}}
            tunnels:
              ipipou0:
                mode: server
                peer: laptop
                local: {device: eth0, port: 10000}
                inner: {address: 172.28.0.0, peer: 172.28.0.1}
            """;

    @TempDir
    Path directory;

    private final NetworkNamespace hub = NetworkNamespace.create("hub");
    private final NetworkNamespace peer = NetworkNamespace.create("peer");

    @BeforeEach
    void connect() {
        hub.ip("link", "add", "name", "eth0", "type", "veth", "peer", "name", "eth0", "netns", peer.name());
        for (NetworkNamespace host : List.of(hub, peer)) {
            host.ip("link", "set", "dev", "lo", "up");
            host.ip("link", "set", "dev", "eth0", "up");
        }
        hub.ip("addr", "add", "203.0.113.1/24", "dev", "eth0");
        peer.ip("addr", "add", "203.0.113.2/24", "dev", "eth0");
    }

    @AfterEach
    void cleanUp() {
        hub.close();
        peer.close();
    }

    private void send(String payload) {
        peer.call(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("203.0.113.1"), 10000));
            }
            return payload;
        });
    }

    private String scrape(SocketAddress address) {
        return hub.call(() -> {
            try (SocketChannel channel = SocketChannel.open(address)) {
                channel.write(ByteBuffer.wrap(
                        "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
                ByteArrayOutputStream answer = new ByteArrayOutputStream();
                ByteBuffer buffer = ByteBuffer.allocate(65536);
                while (channel.read(buffer.clear()) >= 0) {
                    answer.write(buffer.array(), 0, buffer.position());
                }
                return answer.toString(StandardCharsets.UTF_8);
            }
        });
    }

    private void await(SocketAddress address, String... lines) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String page = scrape(address);
        while (!List.of(page.split("\n")).containsAll(List.of(lines))) {
            assertThat(System.nanoTime()).as(page).isLessThan(end);
            Thread.sleep(100);
            page = scrape(address);
        }
    }

    @ParameterizedTest
    @CsvSource({"netlink, 127.0.0.1:9786", "iproute2, DIR/metrics.sock"})
    void whatHappensIsSeen(String backend, String where) throws Exception {
        String address = where.replace("DIR", directory.toString());
        SocketAddress there = where.startsWith("DIR")
                ? UnixDomainSocketAddress.of(address)
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 9786);
        String log;
        AgentProcess agent =
                AgentProcess.start(hub, directory, FILE.formatted(backend), "--metrics", address, "--log", "json");
        try {
            await(
                    there,
                    "ipipou_tunnels{state=\"ok\"} 0.0",
                    "ipipou_peers{state=\"waiting\"} 1.0",
                    "ipipou_applies_total{result=\"converged\"} 1.0",
                    "ipipou_drift_repairs_total 0.0");
            assertThat(scrape(there)).startsWith("HTTP/1.1 200 OK\r\n").contains("\nipipou_gate_packets_total{rule=\"");

            send("Sabrador");
            await(there, "ipipou_auth_rejected_total{reason=\"wrong-key\"} 1.0", "ipipou_auth_accepted_total 0.0");
            send("Labrador");
            await(
                    there,
                    "ipipou_auth_accepted_total 1.0",
                    "ipipou_tunnels{state=\"ok\"} 1.0",
                    "ipipou_peers{state=\"admitted\"} 1.0",
                    "ipipou_peers{state=\"waiting\"} 0.0");

            hub.ip("addr", "del", "172.28.0.0/32", "peer", "172.28.0.1/32", "dev", "ipipou0");
            await(there, "ipipou_drift_repairs_total 1.0", "ipipou_drift_resources 0.0");
            log = agent.end();
        } finally {
            agent.kill();
        }
        assertThat(log.lines()).allMatch(line -> line.startsWith("{\"time\":\"") && line.endsWith("\"}"));
        assertThat(log)
                .contains("\"event\":\"peer.admitted\",\"tunnel\":\"ipipou0\",\"endpoint\":\"203.0.113.2:")
                .contains("\"event\":\"drift.repaired\",\"resources\":[\"address.ipipou0.172.28.0.0\"]")
                .doesNotContain("Labrador");
    }
}
