package io.ipipou.cli.command;

import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.config.Config;
import io.ipipou.core.plugin.PluginPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "destroy",
        mixinStandardHelpOptions = true,
        description = "Removes everything that is ours from the host, whether FILE names it or not.")
public final class DestroyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final HostSession session;

    public DestroyCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        AgentClient.requireNone();
        UnfinishedApply.requireConfirmed();
        PluginPath path = session.plugins().path();
        ApplyOutput changing = new ApplyOutput(terminal, "a host without tunnels");
        ApplyReport report =
                session.write(config(path), path, (backend, reconciler) -> reconciler.destroy(changing::announce));
        changing.conclude(report);
        return ExitCode.OK.status();
    }

    private Config config(PluginPath path) throws CommandFailure {
        return file.isGiven() || file.exists() ? file.read(session.plugins(), path) : HostSession.NO_TUNNELS;
    }
}
