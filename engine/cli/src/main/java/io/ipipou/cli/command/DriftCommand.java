package io.ipipou.cli.command;

import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.PlanOutput;
import io.ipipou.core.plan.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "drift",
        description = "Check whether the host matches FILE, for monitoring: exit status 0 if it does, 2 if not.")
public final class DriftCommand extends HostCommand {

    @Option(names = "--json", description = "Print the difference as JSON, in the format of plan --json.")
    private boolean json;

    public DriftCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        UnfinishedApply.printNote(terminal);
        Plan plan = session.read(file.read(session.plugins()), (backend, reconciler) -> reconciler.plan());
        PlanOutput.ofFile(terminal, file.shortName()).print(plan, json);
        return plan.isEmpty() ? ExitCode.OK : ExitCode.CHANGES;
    }
}
