package io.ipipou.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.guard.ConfirmationWait;
import io.ipipou.cli.guard.DetachedGuard;
import io.ipipou.cli.host.ApplySource;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.ConfirmOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.CommitConfirm;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.PlanCheck;
import io.ipipou.core.plugin.PluginPath;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = "Makes the host as FILE, or a PLAN that plan --out kept, says, and verifies it.")
public final class ApplyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final HostSession session;

    @Mixin
    private final ConfirmOptions confirm = new ConfirmOptions();

    public ApplyCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        Optional<JsonNode> agent = AgentClient.ask(Map.of("command", "ping"));
        if (agent.isPresent()) {
            return applyByAgent(agent.get().path("file").asText());
        }
        UnfinishedApply.requireConfirmed();
        HostSession.tellUnfinished(terminal);
        ApplySource source = ApplySource.of(file, session, terminal);
        ApplyOutput changing = new ApplyOutput(terminal, source.file().shortName());
        PluginPath path = session.plugins().path();
        Journal journal = session.journal(source.config(), path);
        Optional<CommitConfirm> unconfirmed = confirm.areGiven()
                ? Optional.of(new CommitConfirm(
                        confirm.within(), new DetachedGuard(session.plugins().given())))
                : Optional.empty();
        PlanCheck approval = plan -> {
            changing.announce(plan);
            source.approve(plan);
        };
        ApplyReport report = session.write(
                source.config(), path, (backend, reconciler) -> reconciler.applyOrUndo(journal, approval, unconfirmed));
        changing.conclude(report);
        if (unconfirmed.isPresent() && !report.plan().isEmpty()) {
            new ConfirmationWait(terminal, session, confirm).await();
        }
        return ExitCode.OK.status();
    }

    /** An agent's host has one writer: the agent. */
    private int applyByAgent(String agentsFile) throws CommandFailure {
        if (!agentsFile.equals(file.identity())) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "an agent keeps this host as " + agentsFile + " says (change that file, or stop the agent first)");
        }
        if (confirm.areGiven()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "an agent keeps this host as " + agentsFile + " says, and would make again what is rolled back"
                            + " (stop the agent first, and start it when the apply is confirmed)");
        }
        JsonNode answer = AgentClient.ask(Map.of("command", "apply", "colour", terminal.colour()))
                .orElseThrow(() -> new CommandFailure(ExitCode.FAILED, "the agent went away"));
        terminal.out().print(answer.path("out").asText());
        terminal.err().print(answer.path("err").asText());
        return answer.path("exit").asInt(ExitCode.FAILED.status());
    }
}
