package io.ipipou.agent.metrics;

import io.ipipou.agent.event.Event;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /metrics} on TCP or a Unix socket alike, which the JDK's own server does not. A request is bounded in
 * size and time, and few are answered at once.
 */
final class MetricsServer implements AutoCloseable {

    /** Gives what is asked for, on any thread. */
    @FunctionalInterface
    interface Page {
        HttpAnswer get(String accept) throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);

    private static final int AT_ONCE = 4;

    private final ServerSocketChannel server;
    private final Page page;
    private final Duration patience;
    // With all threads busy the accepting one answers, and who comes meanwhile waits in the kernel.
    private final ThreadPoolExecutor talks = new ThreadPoolExecutor(
            0,
            AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> new Thread(task, "ipipou-metrics-talk"),
            new ThreadPoolExecutor.CallerRunsPolicy());

    private MetricsServer(ServerSocketChannel server, Page page, Duration patience) {
        this.server = server;
        this.page = page;
        this.patience = patience;
    }

    /**
     * Begins to answer.
     *
     * @param server bound; closed with this
     * @param patience how long a connection may take
     */
    static MetricsServer start(ServerSocketChannel server, Page page, Duration patience) {
        MetricsServer metrics = new MetricsServer(server, page, patience);
        new Thread(metrics::accept, "ipipou-metrics").start();
        return metrics;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                talks.execute(() -> serve(channel));
            }
        } catch (ClosedChannelException e) {
            LOG.debug("metrics are no longer served");
        } catch (IOException e) {
            Event.METRICS_FAILED.log(LOG, String.valueOf(e.getMessage()));
        }
    }

    private void serve(SocketChannel channel) {
        try (channel;
                TimedConnection talk = new TimedConnection(channel, patience)) {
            byte[] head = new byte[HttpRequest.LONGEST];
            ByteBuffer into = ByteBuffer.wrap(head);
            while (HttpRequest.endOfHead(head, into.position()) == 0 && into.hasRemaining()) {
                if (talk.read(into) < 0) {
                    break;
                }
            }
            talk.write(answer(head, into.position()));
            talk.finish(1 << 20);
        } catch (SocketTimeoutException e) {
            LOG.debug("who asked for metrics was too slow");
        } catch (IOException e) {
            LOG.debug("who asked for metrics left early: {}", e.getMessage());
        }
    }

    private ByteBuffer answer(byte[] head, int length) {
        int end = HttpRequest.endOfHead(head, length);
        if (end == 0) {
            return (length < head.length
                            ? HttpAnswer.text("400 Bad Request", "the request has no end")
                            : HttpAnswer.text("431 Request Header Fields Too Large", "the request is too long"))
                    .encode(true);
        }
        HttpRequest request;
        try {
            request = HttpRequest.parse(head, end);
        } catch (IllegalArgumentException e) {
            return HttpAnswer.text("400 Bad Request", String.valueOf(e.getMessage()))
                    .encode(true);
        }
        return answer(request).encode(!request.method().equals("HEAD"));
    }

    private HttpAnswer answer(HttpRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return HttpAnswer.text("405 Method Not Allowed", "write GET");
        }
        if (!request.path().equals("/metrics")) {
            return HttpAnswer.text("404 Not Found", "metrics are at /metrics");
        }
        try {
            return page.get(request.accept());
        } catch (Exception e) {
            Event.METRICS_FAILED.log(LOG, String.valueOf(e.getMessage()));
            return HttpAnswer.text("500 Internal Server Error", "metrics cannot be given now: " + e.getMessage());
        }
    }

    /** Where it listens. */
    String address() throws IOException {
        return String.valueOf(server.getLocalAddress());
    }

    @Override
    public void close() throws IOException {
        server.close();
        talks.shutdown();
    }
}
