package io.ipipou.cli.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** A command that the agent runs for another process: the counterpart of {@link AgentClient#relay}. */
public final class RelayedCommand {

    private RelayedCommand() {}

    @FunctionalInterface
    public interface Work {
        /** @param caller the terminal of the process that asked */
        ExitCode run(Terminal caller) throws CommandFailure, BackendException, IOException;
    }

    /** @return what the caller prints, and its exit status */
    public static Map<String, Object> run(JsonNode question, Work work) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal caller = new Terminal(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                question.path("colour").asBoolean());
        ExitCode exitCode;
        try {
            exitCode = work.run(caller);
        } catch (CommandFailure e) {
            exitCode = e.exitCode();
            caller.error(e.getMessage());
        } catch (BackendException | IOException e) {
            exitCode = ExitCode.FAILED;
            caller.error(String.valueOf(e.getMessage()));
        }
        return Map.of("out", out.toString(), "err", err.toString(), "exit", exitCode.status());
    }
}
