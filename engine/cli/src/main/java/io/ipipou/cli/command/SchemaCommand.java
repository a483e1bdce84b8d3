package io.ipipou.cli.command;

import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.ConfigSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "schema",
        description = "Print the JSON Schema of FILE, including the settings of the available auth schemes.")
public final class SchemaCommand extends CliCommand {

    @Mixin
    private final PluginOptions plugins;

    public SchemaCommand(Terminal terminal) {
        super(terminal);
        this.plugins = new PluginOptions(terminal);
    }

    @Override
    ExitCode run() {
        terminal.print(ConfigSchema.of(plugins.known()).text());
        return ExitCode.OK;
    }
}
