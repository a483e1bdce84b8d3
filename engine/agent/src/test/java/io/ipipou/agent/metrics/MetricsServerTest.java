package io.ipipou.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On both kinds of socket. */
@Timeout(60)
class MetricsServerTest {

    private static final String BODY = "x".repeat(3_000_000);

    @TempDir
    Path directory;

    private interface Use {
        void with(SocketAddress address) throws Exception;
    }

    private void served(String where, Duration timeout, Use use) throws Exception {
        MetricsAddress address = MetricsAddress.parse(where.replace("DIR", directory.toString()));
        ServerSocketChannel bound = address.bind();
        SocketAddress there = bound.getLocalAddress();
        if (address.socket() instanceof UnixDomainSocketAddress unix) {
            there = unix;
        }
        try (MetricsServer server = MetricsServer.start(bound, MetricsServerTest::page, timeout)) {
            assertThat(server.address()).isNotEmpty();
            use.with(there);
        }
    }

    private static HttpResponse page(String accept) throws IOException {
        if (accept.equals("failure")) {
            throw new IOException("no gate");
        }
        return HttpResponse.text("200 OK", accept.equals("much") ? BODY : "accept=" + accept);
    }

    /** Sends a request, and reads until the server closes the connection. */
    private static String ask(SocketAddress address, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return rest(channel);
        }
    }

    private static String rest(SocketChannel channel) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        while (channel.read(buffer.clear()) >= 0) {
            answer.write(buffer.array(), 0, buffer.position());
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "DIR/metrics.sock"})
    void respondsByteForByte(String where) throws Exception {
        served(where, Duration.ofSeconds(30), address -> {
            String whole = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 14\r\n"
                    + "Connection: close\r\n\r\naccept=some/x\n";
            assertThat(ask(address, "GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\nACCEPT: some/x\r\n\r\n"))
                    .isEqualTo(whole);
            assertThat(ask(address, "GET /metrics HTTP/1.0\nAccept: some/x\n\n"))
                    .isEqualTo(whole);
            assertThat(ask(address, "HEAD /metrics HTTP/1.1\r\nAccept: some/x\r\n\r\n"))
                    .isEqualTo(whole.replace("accept=some/x\n", ""));
            assertThat(ask(address, "GET /metrics HTTP/1.1\r\nAccept: much\r\n\r\n"))
                    .endsWith("\r\n\r\n" + BODY + "\n");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "DIR/metrics.sock"})
    void respondsToInvalidRequestsAndServesTheNext(String where) throws Exception {
        served(where, Duration.ofSeconds(30), address -> {
            assertThat(ask(address, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
            assertThat(ask(address, "POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"))
                    .startsWith("HTTP/1.1 405 ")
                    .contains("\r\nAllow: GET, HEAD\r\n");
            assertThat(ask(address, "\u0016\u0003\u0001\u0000 garbage\r\n\r\n")).startsWith("HTTP/1.1 400 ");
            assertThat(ask(address, "GET /metrics\r\n\r\n")).startsWith("HTTP/1.1 400 ");
            assertThat(ask(address, "GET /metrics HTTP/1.1\r\nX: " + "x".repeat(100_000) + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 431 ");
            assertThat(ask(address, "GET /metrics HTTP/1.1\r\nAccept: failure\r\n\r\n"))
                    .startsWith("HTTP/1.1 500 ")
                    .endsWith("cannot serve metrics: no gate\n");
            assertThat(ask(address, "GET /metrics HTTP/1.1\r\n\r\n")).endsWith("accept=\n");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "DIR/metrics.sock"})
    void closesConnectionsThatSendOrReadNothingAndServesOthers(String where) throws Exception {
        served(where, Duration.ofMillis(300), address -> {
            // More than are served at once: the last one is served only if the others are closed.
            List<SocketChannel> silent = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                SocketChannel channel = SocketChannel.open(address);
                silent.add(channel);
                String part = i % 2 == 0 ? "GET /met" : "GET /metrics HTTP/1.1\r\nAccept: much\r\n\r\n";
                channel.write(ByteBuffer.wrap(part.getBytes(StandardCharsets.US_ASCII)));
            }
            assertThat(ask(address, "GET /metrics HTTP/1.1\r\n\r\n")).endsWith("accept=\n");
            for (int i = 0; i < silent.size(); i++) {
                assertThat(i % 2 == 0 ? rest(silent.get(i)) : "").isEmpty();
                silent.get(i).close();
            }
        });
    }
}
