package io.ipipou.agent.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Sends requests to the agent of this host. */
public record ControlClient(Path path) {

    /** Uses the agent's socket in its run directory. */
    public static ControlClient in(Path runDirectory) {
        return new ControlClient(runDirectory.resolve("agent.sock"));
    }

    public boolean isAgentRunning() throws IOException {
        return ask(Map.of("command", "ping")).isPresent();
    }

    /**
     * Sends a request and waits for the response, without a timeout.
     *
     * @param request with a {@code command}; what {@link Json} can write
     * @return empty if no agent is running
     * @throws IOException if permission is denied, or the agent closes the connection
     */
    public Optional<JsonNode> ask(Map<String, Object> request) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            Lines lines = new Lines(channel);
            lines.write(Json.line(request));
            return Optional.of(Json.read(lines.read()));
        } catch (ConnectException e) {
            // The socket file of an agent that was killed.
            return Optional.empty();
        }
    }

    /** Lines of UTF-8 over a socket. */
    record Lines(SocketChannel channel) {

        void write(String line) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        /** Reads the only line that the other side sends. */
        String read() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            while (channel.read(buffer.clear()) >= 0) {
                line.write(buffer.array(), 0, buffer.position());
                if (buffer.position() > 0 && buffer.get(buffer.position() - 1) == '\n') {
                    break;
                }
            }
            return line.toString(StandardCharsets.UTF_8);
        }
    }
}
