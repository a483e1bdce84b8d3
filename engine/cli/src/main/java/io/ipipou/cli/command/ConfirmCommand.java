package io.ipipou.cli.command;

import io.ipipou.cli.guard.DetachedGuard;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Journal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "confirm",
        mixinStandardHelpOptions = true,
        description = "Keeps what apply --confirm-within made, which is rolled back otherwise.")
public final class ConfirmCommand implements Callable<Integer> {

    private final Terminal terminal;

    public ConfirmCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws CommandFailure {
        Journal.Entry entry = HostSession.locked(Duration.ZERO, ConfirmCommand::confirm);
        terminal.out().println("Confirmed: the apply of process " + entry.process() + " is kept.");
        return ExitCode.OK.status();
    }

    private static Journal.Entry confirm() throws CommandFailure {
        Optional<Journal.Entry> entry = UnfinishedApply.entry();
        if (entry.isEmpty()) {
            throw nothingToConfirm();
        }
        if (!entry.get().awaitsConfirmation()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "there is nothing to confirm: an apply, process "
                            + entry.get().process() + ", ended half way (apply goes on, rollback undoes it)");
        }
        UnfinishedApply.settle();
        return entry.get();
    }

    private static CommandFailure nothingToConfirm() throws CommandFailure {
        if (UnfinishedApply.beforeBoot().isPresent()) {
            UnfinishedApply.settle();
            return new CommandFailure(ExitCode.FAILED, "there is nothing to confirm: " + UnfinishedApply.GONE);
        }
        return new CommandFailure(
                ExitCode.FAILED,
                "no apply awaits confirmation"
                        + DetachedGuard.lastWords()
                                .map(words -> "; the last guard said: " + words)
                                .orElse(""));
    }
}
