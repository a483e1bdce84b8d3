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
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The metrics and the log of an agent that is a process of its own. */
class MetricsKernelTest {

    @TempDir
    Path directory;

    private final Lab lab = new Lab();
    private final NetworkNamespace hub = lab.host("hub");
    private final NetworkNamespace peer = lab.host("peer");

    @BeforeEach
    void connect() {
        Lab.connect(hub, "203.0.113.1/24", peer, "203.0.113.2/24");
    }

    @AfterEach
    void closeLab() {
        lab.close();
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
                ByteArrayOutputStream response = new ByteArrayOutputStream();
                ByteBuffer buffer = ByteBuffer.allocate(65536);
                while (channel.read(buffer.clear()) >= 0) {
                    response.write(buffer.array(), 0, buffer.position());
                }
                return response.toString(StandardCharsets.UTF_8);
            }
        });
    }

    private void await(SocketAddress address, String... lines) {
        List<String> page = new ArrayList<>();
        try {
            Wait.until("the metrics have these lines", () -> {
                page.clear();
                page.addAll(scrape(address).lines().toList());
                return page.containsAll(List.of(lines));
            });
        } catch (ConditionTimeoutException timeout) {
            assertThat(page).contains(lines);
        }
    }

    @ParameterizedTest
    @CsvSource({"netlink, 127.0.0.1:9786", "iproute2, DIR/metrics.sock"})
    void showAuthenticationAndRepairs(String backend, String where) throws Exception {
        String address = where.replace("DIR", directory.toString());
        SocketAddress metrics = where.startsWith("DIR")
                ? UnixDomainSocketAddress.of(address)
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 9786);
        String log;
        AgentProcess agent =
                AgentProcess.start(hub, directory, TokenTunnel.server(backend), "--metrics", address, "--log", "json");
        try {
            await(
                    metrics,
                    "ipipou_tunnels{state=\"ok\"} 0.0",
                    "ipipou_peers{state=\"waiting\"} 1.0",
                    "ipipou_applies_total{result=\"converged\"} 1.0",
                    "ipipou_drift_repairs_total 0.0");
            assertThat(scrape(metrics))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\nipipou_gate_packets_total{rule=\"");

            send("Sabrador");
            await(metrics, "ipipou_auth_rejected_total{reason=\"wrong-key\"} 1.0", "ipipou_auth_accepted_total 0.0");
            send(TokenTunnel.TOKEN);
            await(
                    metrics,
                    "ipipou_auth_accepted_total 1.0",
                    "ipipou_tunnels{state=\"ok\"} 1.0",
                    "ipipou_peers{state=\"admitted\"} 1.0",
                    "ipipou_peers{state=\"waiting\"} 0.0");

            hub.ip("addr", "del", "172.28.0.0/32", "peer", "172.28.0.1/32", "dev", "ipipou0");
            await(metrics, "ipipou_drift_repairs_total 1.0", "ipipou_drift_resources 0.0");
            log = agent.end();
        } finally {
            agent.kill();
        }
        assertThat(log.lines().dropWhile(line -> !line.contains("the agent is ready")))
                .allMatch(line -> line.startsWith("{\"time\":\"") && line.endsWith("\"}"));
        assertThat(log)
                .contains("\"event\":\"peer.admitted\",\"tunnel\":\"ipipou0\",\"endpoint\":\"203.0.113.2:")
                .contains("\"event\":\"drift.repaired\",\"resources\":[\"address.ipipou0.172.28.0.0\"]")
                .doesNotContain(TokenTunnel.TOKEN);
    }
}
