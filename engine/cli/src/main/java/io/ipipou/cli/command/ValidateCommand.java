package io.ipipou.cli.command;

import io.ipipou.cli.agent.KeepaliveCheck;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.Config;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "validate", description = "Check FILE without reading the host's state.")
public final class ValidateCommand extends CliCommand {

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final PluginOptions plugins;

    public ValidateCommand(Terminal terminal) {
        super(terminal);
        this.file = new ConfigFile(terminal);
        this.plugins = new PluginOptions(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        Config config = file.read(plugins);
        KeepaliveCheck.warnWithoutAgent(config, terminal);
        int tunnels = config.tunnels().size();
        terminal.println(file.name() + ": valid, " + tunnels + (tunnels == 1 ? " tunnel" : " tunnels"));
        return ExitCode.OK;
    }
}
