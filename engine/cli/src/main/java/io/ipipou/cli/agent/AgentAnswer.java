package io.ipipou.cli.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** An agent's answer to a command that has it do the work: what the command is to print, and its exit status. */
public final class AgentAnswer {

    private AgentAnswer() {}

    /** The work, as the command itself would do it. */
    @FunctionalInterface
    public interface Work {
        /** @param there the command's terminal */
        ExitCode on(Terminal there) throws CommandFailure, BackendException, UnresolvableException, IOException;
    }

    public static Map<String, Object> to(JsonNode question, Work work) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal there = new Terminal(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                question.path("colour").asBoolean());
        ExitCode exitCode;
        try {
            exitCode = work.on(there);
        } catch (CommandFailure e) {
            exitCode = e.exitCode();
            there.complain(String.valueOf(e.getMessage()));
        } catch (BackendException | UnresolvableException | IOException e) {
            exitCode = ExitCode.FAILED;
            there.complain(String.valueOf(e.getMessage()));
        }
        return Map.of("out", out.toString(), "err", err.toString(), "exit", exitCode.status());
    }
}
