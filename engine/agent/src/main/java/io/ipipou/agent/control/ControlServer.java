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
 * Answers the commands of other processes on a Unix socket that only its owner can connect to: one line of JSON asks, one
 * line answers.
 */
public final class ControlServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    /** Answers one kind of question. */
    @FunctionalInterface
    public interface Handler {

        /** @return what {@link Json} writes */
        Map<String, Object> answer(JsonNode question) throws Exception;
    }

    private final Path path;
    private final ServerSocketChannel server;
    private final Map<String, Handler> handlers;
    private final Thread accepting = new Thread(this::accept, "ipipou-control");
    private final ExecutorService talks =
            Executors.newCachedThreadPool(task -> new Thread(task, "ipipou-control-talk"));

    private ControlServer(Path path, ServerSocketChannel server, Map<String, Handler> handlers) {
        this.path = path;
        this.server = server;
        this.handlers = Map.copyOf(handlers);
    }

    /**
     * Begins to answer.
     *
     * @param handlers by what a question has as its {@code command}
     * @throws IOException if the socket cannot be made, or another agent answers there
     */
    public static ControlServer start(Path path, Map<String, Handler> handlers) throws IOException {
        if (new ControlClient(path).isAnswered()) {
            throw new IOException("another agent answers at " + path);
        }
        ControlServer control = new ControlServer(path, SocketFile.bind(path, "rw-------"), handlers);
        control.accepting.start();
        return control;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel talk = server.accept();
                talks.execute(() -> serve(talk));
            }
        } catch (ClosedChannelException e) {
            LOG.debug("no longer answering at {}", path);
        } catch (IOException e) {
            LOG.error("nobody is answered at {} any more: {}", path, e.getMessage());
        }
    }

    private void serve(SocketChannel talk) {
        try (talk) {
            Lines lines = new Lines(talk);
            lines.write(Json.line(answer(lines.read())));
        } catch (IOException e) {
            LOG.debug("a talk ended early: {}", e.getMessage());
        }
    }

    private Map<String, Object> answer(String line) {
        try {
            JsonNode question = Json.read(line);
            Handler handler = handlers.get(question.path("command").asText());
            return handler == null ? Map.of("error", "this agent knows no such command") : handler.answer(question);
        } catch (JsonProcessingException e) {
            return Map.of("error", "a question is a line of JSON");
        } catch (Exception e) {
            LOG.warn("a question could not be answered: {}", e.toString());
            return Map.of("error", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
        server.close();
        try {
            accepting.join(); // until then the kernel may let one more in, who would wait for an answer for ever
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        talks.shutdown();
    }
}
