package io.ipipou.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlTest {

    @TempDir
    Path directory;

    private ControlServer server() throws IOException {
        return ControlServer.start(
                directory.resolve("agent.sock"),
                Map.of(
                        "ping",
                        request -> Map.of(),
                        "echo",
                        request -> Map.of("text", request.path("text").asText()),
                        "fail",
                        request -> {
                            throw new IOException("a failure");
                        }));
    }

    private JsonNode ask(Map<String, Object> request) throws IOException {
        return ControlClient.in(directory).ask(request).orElseThrow();
    }

    @Test
    void requestsOfAnyLengthAreAnswered() throws IOException {
        String text = "ä\n".repeat(100_000);
        try (ControlServer server = server()) {
            assertThat(server).isNotNull();
            assertThat(ask(Map.of("command", "echo", "text", text)).path("text").asText())
                    .isEqualTo(text);
            assertThat(ask(Map.of("command", "fail")).path("error").asText()).isEqualTo("a failure");
            assertThat(ask(Map.of("command", "unknown")).path("error").asText()).contains("does not know this command");
        }
    }

    @Test
    void onlyTheOwnerCanConnectAndOnlyOneAgentListens() throws IOException {
        try (ControlServer server = server()) {
            assertThat(server).isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("agent.sock"))))
                    .isEqualTo("rw-------");
            assertThatThrownBy(this::server).hasMessageContaining("another agent is listening on");
        }
        assertThat(ControlClient.in(directory).ask(Map.of("command", "ping"))).isEmpty();
    }

    @Test
    void theSocketOfAKilledAgentIsReplaced() throws IOException {
        try (ControlServer killed = server()) {
            Files.move(directory.resolve("agent.sock"), directory.resolve("left behind"));
            assertThat(killed).isNotNull();
        }
        Files.move(directory.resolve("left behind"), directory.resolve("agent.sock"));
        assertThat(ControlClient.in(directory).ask(Map.of("command", "ping"))).isEmpty();
        try (ControlServer next = server()) {
            assertThat(next).isNotNull();
            assertThat(ControlClient.in(directory).isAgentRunning()).isTrue();
        }
    }
}
