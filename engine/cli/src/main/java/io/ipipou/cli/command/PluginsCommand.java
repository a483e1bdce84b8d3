package io.ipipou.cli.command;

import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.plugin.Catalog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "plugins",
        description = "List the available backends, auth schemes and sources, and where each comes from.")
public final class PluginsCommand extends CliCommand {

    @Mixin
    private final PluginOptions plugins;

    public PluginsCommand(Terminal terminal) {
        super(terminal);
        this.plugins = new PluginOptions(terminal);
    }

    @Override
    ExitCode run() {
        print("backend", plugins.backends());
        print("auth", plugins.authSchemes());
        print("source", plugins.sources());
        return ExitCode.OK;
    }

    private void print(String kind, Catalog<?> catalog) {
        catalog.all()
                .forEach(found -> terminal.println("%-8s %-14s %-60s %s"
                        .formatted(kind, found.plugin().id(), found.plugin().description(), found.origin())));
    }
}
