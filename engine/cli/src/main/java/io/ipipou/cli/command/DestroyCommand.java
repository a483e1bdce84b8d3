package io.ipipou.cli.command;

import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.config.Config;
import picocli.CommandLine.Command;

@Command(
        name = "destroy",
        description = "Remove everything that ipipou manages on this host, even if FILE does not name it.")
public final class DestroyCommand extends HostCommand {

    public DestroyCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        AgentClient.requireNone();
        UnfinishedApply.requireConfirmed();
        Config config = file.readIfPresent(session.plugins());
        ApplyOutput output = ApplyOutput.ofDestroy(terminal);
        ApplyReport report = session.write(config, (backend, reconciler) -> reconciler.destroy(output::printPlan));
        output.printResult(report);
        return ExitCode.OK;
    }
}
