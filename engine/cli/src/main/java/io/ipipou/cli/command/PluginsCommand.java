package io.ipipou.cli.command;

import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.core.plugin.PluginPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "plugins",
        mixinStandardHelpOptions = true,
        description = "Lists the backends, auth schemes and sources that were found, and from where.")
public final class PluginsCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final PluginOptions options;

    public PluginsCommand(Terminal terminal) {
        this.terminal = terminal;
        this.options = new PluginOptions(terminal);
    }

    @Override
    public Integer call() {
        PluginPath path = options.path();
        print("backend", options.backends(path));
        print("auth", options.authSchemes(path));
        print("source", options.sources(path));
        return ExitCode.OK.status();
    }

    private void print(String kind, Catalog<?> catalog) {
        catalog.all().forEach(found -> terminal.out()
                .println("%-8s %-14s %-60s %s"
                        .formatted(kind, found.plugin().id(), found.plugin().description(), found.origin())));
    }
}
