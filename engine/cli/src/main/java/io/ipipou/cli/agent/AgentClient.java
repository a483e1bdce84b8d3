package io.ipipou.cli.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.control.ControlClient;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import java.util.Optional;

/** Asking the agent, if there is one. */
public final class AgentClient {

    private AgentClient() {}

    /** @throws CommandFailure when an agent runs: it would undo what this run is about to do */
    public static void requireNone() throws CommandFailure {
        Optional<JsonNode> agent = ask(Map.of("command", "ping"));
        if (agent.isPresent()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "an agent keeps this host as " + agent.get().path("file").asText()
                            + " says, and would make all of it again (stop the agent first)");
        }
    }

    /**
     * Has the agent do what a command does, and prints what that one would.
     *
     * @return its exit status
     */
    public static int relay(Map<String, Object> question, Terminal terminal) throws CommandFailure {
        JsonNode answer = ask(question).orElseThrow(() -> new CommandFailure(ExitCode.FAILED, "the agent went away"));
        terminal.out().print(answer.path("out").asText());
        terminal.err().print(answer.path("err").asText());
        return answer.path("exit").asInt(ExitCode.FAILED.status());
    }

    /** @return empty when no agent runs */
    public static Optional<JsonNode> ask(Map<String, Object> question) throws CommandFailure {
        ControlClient agent = ControlClient.in(Directories.run());
        try {
            Optional<JsonNode> answer = agent.ask(question);
            String error = answer.map(a -> a.path("error").asText()).orElse("");
            if (!error.isEmpty()) {
                throw new CommandFailure(ExitCode.FAILED, "the agent: " + error);
            }
            return answer;
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitCode.NO_PERMISSION, "not permitted to ask the agent at " + agent.path());
        } catch (IOException e) {
            boolean denied = String.valueOf(e.getMessage()).contains("Permission denied");
            throw new CommandFailure(
                    denied ? ExitCode.NO_PERMISSION : ExitCode.FAILED,
                    "the agent at " + agent.path() + " cannot be asked: " + e.getMessage());
        }
    }
}
