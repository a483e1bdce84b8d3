package io.ipipou.cli.command;

import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plugin.PluginPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description = "Checks for monitoring that the host is as FILE says: exits with 2 when it is not. Read only.")
public final class DriftCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final HostSession session;

    @Option(names = "--json", description = "Print what differs as JSON, as plan --json does.")
    private boolean json;

    public DriftCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        HostSession.tellUnfinished(terminal);
        PluginPath path = session.plugins().path();
        Plan plan = session.read(file.read(session.plugins(), path), path, (backend, reconciler) -> reconciler.plan());
        PlanCommand.print(plan, file, json, terminal);
        plan.conflicts().stream().map(Conflict::toString).forEach(terminal::complain);
        return (plan.isEmpty() ? ExitCode.OK : ExitCode.CHANGES).status();
    }
}
