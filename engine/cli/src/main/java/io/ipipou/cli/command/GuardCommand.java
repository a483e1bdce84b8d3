package io.ipipou.cli.command;

import io.ipipou.cli.guard.DetachedGuard;
import io.ipipou.cli.guard.GuardWatch;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = DetachedGuard.COMMAND,
        hidden = true,
        description = "Roll back an apply that is not confirmed. Started by apply.")
public final class GuardCommand extends CliCommand {

    @Option(names = "--apply", required = true, paramLabel = "ID", description = "ID of the apply, from the journal.")
    private String apply = "";

    @Mixin
    private final HostSession session;

    public GuardCommand(Terminal terminal) {
        super(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        new GuardWatch(terminal, session, apply).run();
        return ExitCode.OK;
    }
}
