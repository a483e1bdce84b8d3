package io.ipipou.cli.command;

import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.Config;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "validate", mixinStandardHelpOptions = true, description = "Checks FILE without looking at the host.")
public final class ValidateCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final PluginOptions plugins;

    public ValidateCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.plugins = new PluginOptions(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        Config config = file.read(plugins, plugins.path());
        int tunnels = config.tunnels().size();
        terminal.out().println(file.name() + ": valid, " + tunnels + (tunnels == 1 ? " tunnel" : " tunnels"));
        return ExitCode.OK.status();
    }
}
