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
                        question -> Map.of(),
                        "echo",
                        question -> Map.of("text", question.path("text").asText()),
                        "fail",
                        question -> {
                            throw new IOException("as it should");
                        }));
    }

    private JsonNode ask(Map<String, Object> question) throws IOException {
        return ControlClient.in(directory).ask(question).orElseThrow();
    }

    @Test
    void questionsAreAnsweredHoweverLong() throws IOException {
        String text = "ä\n".repeat(100_000);
        try (ControlServer server = server()) {
            assertThat(server).isNotNull();
            assertThat(ask(Map.of("command", "echo", "text", text)).path("text").asText())
                    .isEqualTo(text);
            assertThat(ask(Map.of("command", "fail")).path("error").asText()).isEqualTo("as it should");
            assertThat(ask(Map.of("command", "unheard of")).path("error").asText())
                    .contains("does not know this command");
        }
    }

    @Test
    void onlyItsOwnerMayAskAndOneAgentAnswers() throws IOException {
        try (ControlServer server = server()) {
            assertThat(server).isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("agent.sock"))))
                    .isEqualTo("rw-------");
            assertThatThrownBy(this::server).hasMessageContaining("another agent is listening on");
        }
        assertThat(ControlClient.in(directory).ask(Map.of("command", "ping"))).isEmpty();
    }

    @Test
    void theSocketOfAnAgentThatWasKilledIsNoAgent() throws IOException {
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
