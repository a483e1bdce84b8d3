package io.ipipou.agent.metrics;

import io.ipipou.agent.event.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code GET /metrics} on a TCP or Unix socket. The JDK's HTTP server, which Prometheus' exporter uses too, does not
 * listen on Unix sockets and bounds requests only by system properties of the whole process. Here a request is bounded in
 * size and time, and four are served at once; further connections wait in the kernel.
 */
final class MetricsServer implements AutoCloseable {

    /** Called by several threads. */
    @FunctionalInterface
    interface Page {
        HttpResponse get(String accept) throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);

    private static final int THREADS = 4;

    private static final int MAX_DISCARDED_BYTES = 1 << 20;

    private final ServerSocketChannel server;
    private final Page page;
    private final Duration timeout;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "ipipou-metrics-timeout"));

    private MetricsServer(ServerSocketChannel server, Page page, Duration timeout) {
        this.server = server;
        this.page = page;
        this.timeout = timeout;
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Starts serving.
     *
     * @param server bound; closed with this
     * @param timeout of a connection
     */
    static MetricsServer start(ServerSocketChannel server, Page page, Duration timeout) {
        MetricsServer metrics = new MetricsServer(server, page, timeout);
        for (int i = 0; i < THREADS; i++) {
            new Thread(metrics::acceptAndServe, "ipipou-metrics-" + i).start();
        }
        return metrics;
    }

    private void acceptAndServe() {
        try {
            while (true) {
                serve(server.accept());
            }
        } catch (ClosedChannelException e) {
            LOG.debug("no longer serving metrics");
        } catch (IOException e) {
            Event.METRICS_FAILED.log(LOG, String.valueOf(e.getMessage()));
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            Future<?> deadline = timer.schedule(() -> close(channel), timeout.toMillis(), TimeUnit.MILLISECONDS);
            ByteBuffer response = respond(readHead(channel));
            while (response.hasRemaining()) {
                channel.write(response);
            }
            // Closing with unread input would reset the connection before the client has read the response.
            channel.shutdownOutput();
            discardInput(channel);
            deadline.cancel(false);
        } catch (AsynchronousCloseException e) {
            LOG.debug("a metrics client was too slow");
        } catch (IOException | RejectedExecutionException e) {
            LOG.debug("a metrics connection ended early: {}", e.getMessage());
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("cannot close a metrics connection: {}", e.getMessage());
        }
    }

    private static String readHead(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HttpRequest.MAX_BYTES);
        String head = "";
        while (bytes.hasRemaining() && !HttpRequest.isComplete(head) && channel.read(bytes) >= 0) {
            head = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        }
        return head;
    }

    private static void discardInput(SocketChannel channel) throws IOException {
        ByteBuffer rest = ByteBuffer.allocate(4096);
        for (int read = 0, sum = 0; read >= 0 && sum < MAX_DISCARDED_BYTES; sum += read) {
            read = channel.read(rest.clear());
        }
    }

    private ByteBuffer respond(String head) {
        if (!HttpRequest.isComplete(head)) {
            return (head.length() < HttpRequest.MAX_BYTES
                            ? HttpResponse.text("400 Bad Request", "the request is incomplete")
                            : HttpResponse.text("431 Request Header Fields Too Large", "the request is too long"))
                    .encode(true);
        }
        Optional<HttpRequest> request = HttpRequest.parse(head);
        return request.map(this::respond)
                .orElse(HttpResponse.text("400 Bad Request", "not an HTTP/1.1 request"))
                .encode(!request.map(HttpRequest::method).equals(Optional.of("HEAD")));
    }

    private HttpResponse respond(HttpRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return HttpResponse.text("405 Method Not Allowed", "use GET");
        }
        if (!request.path().equals("/metrics")) {
            return HttpResponse.text("404 Not Found", "metrics are at /metrics");
        }
        try {
            return page.get(request.accept());
        } catch (Exception e) {
            Event.METRICS_FAILED.log(LOG, String.valueOf(e.getMessage()));
            return HttpResponse.text("500 Internal Server Error", "cannot serve metrics: " + e.getMessage());
        }
    }

    String address() throws IOException {
        return String.valueOf(server.getLocalAddress());
    }

    /** Connections that are being served end within their timeout. */
    @Override
    public void close() throws IOException {
        server.close();
        timer.shutdown();
    }
}
