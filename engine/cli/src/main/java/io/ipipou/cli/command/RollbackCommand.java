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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = "Takes the host back to what it was before an apply that ended half way or awaits confirmation.")
public final class RollbackCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final HostSession session;

    public RollbackCommand(Terminal terminal) {
        this.terminal = terminal;
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        AgentClient.requireNone();
        Optional<RollbackResult> undo = HostSession.locked(Duration.ZERO, this::rollBack);
        terminal.out().println(undo.isPresent() ? "Rolled back and verified." : "There is nothing to roll back.");
        return ExitCode.OK.status();
    }

    private Optional<RollbackResult> rollBack() throws CommandFailure {
        Optional<Journal.Entry> entry = UnfinishedApply.entry();
        if (entry.isPresent()) {
            return session.rollBack(entry.get());
        }
        if (UnfinishedApply.beforeBoot().isPresent()) {
            terminal.complain("note: " + UnfinishedApply.GONE);
            UnfinishedApply.settle();
        }
        return Optional.empty();
    }
}
