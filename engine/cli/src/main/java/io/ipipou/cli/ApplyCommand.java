package io.ipipou.cli;

import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.config.Config;
import io.ipipou.core.plugin.PluginPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "apply", mixinStandardHelpOptions = true, description = "Makes the host as FILE says, and verifies it.")
final class ApplyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final HostSession session;

    ApplyCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        PluginPath path = session.plugins().path();
        Config config = file.read(session.plugins(), path);
        Changing changing = new Changing(terminal, file.shortName());
        ApplyReport report = session.write(config, path, (backend, reconciler) -> reconciler.apply(changing::announce));
        changing.conclude(report);
        return ExitCode.OK.status();
    }
}
