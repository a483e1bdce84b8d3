package io.ipipou.cli.command;

import io.ipipou.cli.guard.Decision;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import java.time.Duration;
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
        return Decision.of(Decision.Verb.ROLL_BACK).make(session, terminal, Duration.ZERO);
    }
}
