package io.ipipou.cli.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.control.ControlClient;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Progress;
import io.ipipou.cli.process.Terminal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The agent that runs on this host. It is then the only writer: commands ask it to do their work.
 *
 * @param file the configuration that it applies
 */
public record AgentClient(String file) {

    /** @return empty if no agent runs */
    public static Optional<AgentClient> find() throws CommandFailure {
        return ask(Map.of("command", "ping"))
                .map(answer -> new AgentClient(answer.path("file").asText()));
    }

    /** @throws CommandFailure if an agent runs: it would undo what the caller is about to do */
    public static void requireNone() throws CommandFailure {
        Optional<AgentClient> agent = find();
        if (agent.isPresent()) {
            throw agent.get().conflict(" and would undo this (stop the agent first)");
        }
    }

    /** @param rest of the message: why that is a problem, and what to do */
    public CommandFailure conflict(String rest) {
        return CommandFailure.failed("an agent manages this host from " + file + rest);
    }

    /** Makes the agent run a command, and prints what the command prints. */
    public ExitCode relay(String command, Map<String, Object> arguments, Terminal terminal) throws CommandFailure {
        Map<String, Object> question = new HashMap<>(arguments);
        question.put("command", command);
        question.put("colour", terminal.colour());
        JsonNode answer;
        try (Progress progress = Progress.of(terminal, "waiting for the agent")) {
            answer = ask(question).orElseThrow(() -> CommandFailure.failed("the agent stopped before it answered"));
        }
        terminal.print(answer.path("out").asText());
        terminal.err().print(answer.path("err").asText());
        return ExitCode.ofStatus(answer.path("exit").asInt(ExitCode.FAILED.status()));
    }

    /** @return empty if no agent runs */
    public static Optional<JsonNode> ask(Map<String, Object> question) throws CommandFailure {
        ControlClient client = ControlClient.in(Directories.run());
        try {
            Optional<JsonNode> answer = client.ask(question);
            String error = answer.map(a -> a.path("error").asText()).orElse("");
            if (!error.isEmpty()) {
                throw CommandFailure.failed("the agent reports: " + error);
            }
            return answer;
        } catch (IOException e) {
            String operation = "cannot ask the agent at " + client.path();
            // Connecting without permission throws a plain SocketException.
            boolean denied = e instanceof AccessDeniedException
                    || String.valueOf(e.getMessage()).contains("Permission denied");
            throw denied
                    ? CommandFailure.permissionDenied(operation)
                    : CommandFailure.failed(operation + ": " + e.getMessage());
        }
    }
}
