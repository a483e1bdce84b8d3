package io.ipipou.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.config.Config;
import io.ipipou.core.plugin.PluginPath;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "apply", mixinStandardHelpOptions = true, description = "Makes the host as FILE says, and verifies it.")
final class ApplyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final HostSession session;

    ApplyCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        Optional<JsonNode> agent = AgentTalk.ask(Map.of("command", "ping"));
        if (agent.isPresent()) {
            return applyByAgent(agent.get().path("file").asText());
        }
        PluginPath path = session.plugins().path();
        Config config = file.read(session.plugins(), path);
        Changing changing = new Changing(terminal, file.shortName());
        HostSession.tellUnfinished(terminal);
        Journal journal = session.journal(config, path);
        ApplyReport report = session.write(
                config, path, (backend, reconciler) -> reconciler.applyOrUndo(journal, changing::announce));
        changing.conclude(report);
        return ExitCode.OK.status();
    }

    /** An agent's host has one writer: the agent. */
    private int applyByAgent(String agentsFile) throws CommandFailure {
        if (!agentsFile.equals(file.identity())) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "an agent keeps this host as " + agentsFile + " says (change that file, or stop the agent first)");
        }
        JsonNode answer = AgentTalk.ask(Map.of("command", "apply", "colour", terminal.colour()))
                .orElseThrow(() -> new CommandFailure(ExitCode.FAILED, "the agent went away"));
        terminal.out().print(answer.path("out").asText());
        terminal.err().print(answer.path("err").asText());
        return answer.path("exit").asInt(ExitCode.FAILED.status());
    }
}
