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
import picocli.CommandLine.Command;

@Command(name = "confirm", description = "Confirm an apply, so that it is not rolled back.")
public final class ConfirmCommand extends CliCommand {

    public ConfirmCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        Journal.Entry entry = HostSession.locked(Duration.ZERO, ConfirmCommand::confirm);
        terminal.println("Confirmed the apply of process " + entry.process() + ".");
        return ExitCode.OK;
    }

    private static Journal.Entry confirm() throws CommandFailure {
        Optional<Journal.Entry> entry = UnfinishedApply.entry();
        if (entry.isEmpty()) {
            throw nothingToConfirm();
        }
        if (!entry.get().awaitsConfirmation()) {
            throw CommandFailure.failed(
                    "nothing to confirm: the apply of process " + entry.get().process()
                            + " was interrupted (ipipou apply completes it, ipipou rollback undoes it)");
        }
        UnfinishedApply.forget();
        return entry.get();
    }

    private static CommandFailure nothingToConfirm() throws CommandFailure {
        if (UnfinishedApply.beforeReboot().isPresent()) {
            UnfinishedApply.forget();
            return CommandFailure.failed("nothing to confirm: " + UnfinishedApply.LOST_AT_REBOOT);
        }
        return CommandFailure.failed("nothing to confirm"
                + DetachedGuard.lastMessage()
                        .map(message -> "; the last guard reported: " + message)
                        .orElse(""));
    }
}
