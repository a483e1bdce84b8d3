package io.ipipou.cli.command;

import io.ipipou.cli.guard.Decision;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import java.time.Duration;
import picocli.CommandLine.Command;

@Command(name = "confirm", description = "Confirm an apply, so that it is not rolled back.")
public final class ConfirmCommand extends CliCommand {

    public ConfirmCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        return Decision.of(Decision.Verb.CONFIRM).make(new HostSession(terminal), terminal, Duration.ZERO);
    }
}
