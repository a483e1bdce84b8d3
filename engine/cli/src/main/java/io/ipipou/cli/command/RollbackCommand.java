package io.ipipou.cli.command;

import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.RollbackResult;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "rollback", description = "Undo an apply that was interrupted or awaits confirmation.")
public final class RollbackCommand extends CliCommand {

    @Mixin
    private final HostSession session;

    public RollbackCommand(Terminal terminal) {
        super(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        AgentClient.requireNone();
        Optional<RollbackResult> result = HostSession.locked(Duration.ZERO, this::rollBack);
        terminal.println(result.isPresent() ? "Rolled back and verified." : "Nothing to roll back.");
        return ExitCode.OK;
    }

    private Optional<RollbackResult> rollBack() throws CommandFailure {
        Optional<Journal.Entry> entry = UnfinishedApply.entry();
        if (entry.isPresent()) {
            return session.rollBack(entry.get());
        }
        if (UnfinishedApply.beforeReboot().isPresent()) {
            terminal.note(UnfinishedApply.LOST_AT_REBOOT);
            UnfinishedApply.forget();
        }
        return Optional.empty();
    }
}
