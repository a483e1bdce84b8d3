package io.ipipou.agent.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.control.ControlClient.Lines;
import io.ipipou.core.json.Json;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves requests of other commands on a Unix socket that only its owner can connect to. A request is one line of JSON, and
 * so is its response.
 */
public final class ControlServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    /** Handles one command. */
    @FunctionalInterface
    public interface Handler {

        /** @return what {@link Json} can write */
        Map<String, Object> handle(JsonNode request) throws Exception;
    }

    private final Path path;
    private final ServerSocketChannel server;
    private final Map<String, Handler> handlers;
    private final Thread acceptor = new Thread(this::accept, "ipipou-control");
    private final ExecutorService connections =
            Executors.newCachedThreadPool(task -> new Thread(task, "ipipou-control-connection"));

    private ControlServer(Path path, ServerSocketChannel server, Map<String, Handler> handlers) {
        this.path = path;
        this.server = server;
        this.handlers = Map.copyOf(handlers);
    }

    /**
     * Starts serving.
     *
     * @param handlers by the {@code command} of the request
     * @throws IOException if the socket cannot be created, or another agent listens on it
     */
    public static ControlServer start(Path path, Map<String, Handler> handlers) throws IOException {
        if (new ControlClient(path).isAgentRunning()) {
            throw new IOException("another agent is listening on " + path);
        }
        ControlServer control = new ControlServer(path, SocketFile.bind(path, "rw-------"), handlers);
        control.acceptor.start();
        return control;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                connections.execute(() -> serve(channel));
            }
        } catch (ClosedChannelException e) {
            LOG.debug("no longer listening on {}", path);
        } catch (IOException e) {
            LOG.error("the agent no longer listens on {}: {}", path, e.getMessage());
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            Lines lines = new Lines(channel);
            lines.write(Json.line(handle(lines.read())));
        } catch (IOException e) {
            LOG.debug("a control connection ended early: {}", e.getMessage());
        }
    }

    private Map<String, Object> handle(String line) {
        try {
            JsonNode request = Json.read(line);
            Handler handler = handlers.get(request.path("command").asText());
            return handler == null ? Map.of("error", "the agent does not know this command") : handler.handle(request);
        } catch (JsonProcessingException e) {
            return Map.of("error", "a request is one line of JSON");
        } catch (Exception e) {
            LOG.warn("a request failed: {}", e.toString());
            return Map.of("error", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
        server.close();
        try {
            acceptor.join(); // until then it may accept a connection, which would then wait for a response for ever
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.shutdown();
    }
}
