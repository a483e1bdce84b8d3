package io.ipipou.cli;

import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Undo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = "Takes the host back to what it was before an apply that ended half way or awaits confirmation.")
final class RollbackCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final HostSession session;

    RollbackCommand(Terminal terminal) {
        this.terminal = terminal;
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        AgentTalk.requireNone();
        Optional<Undo> undo = HostSession.locked(Duration.ZERO, this::rollBack);
        terminal.out().println(undo.isPresent() ? "Rolled back and verified." : "There is nothing to roll back.");
        return ExitCode.OK.status();
    }

    private Optional<Undo> rollBack() throws CommandFailure {
        Optional<Journal.Entry> entry = Unfinished.entry();
        if (entry.isPresent()) {
            return session.rollBack(entry.get());
        }
        if (Unfinished.beforeBoot().isPresent()) {
            terminal.complain("note: " + Unfinished.GONE);
            Unfinished.settle();
        }
        return Optional.empty();
    }
}
