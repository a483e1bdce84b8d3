package io.ipipou.cli.command;

import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.ConfigSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = "Prints the JSON Schema of FILE, with the settings of the auth schemes that were found.")
public final class SchemaCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final PluginOptions options;

    public SchemaCommand(Terminal terminal) {
        this.terminal = terminal;
        this.options = new PluginOptions(terminal);
    }

    @Override
    public Integer call() {
        terminal.out().print(ConfigSchema.of(options.known(options.path())).text());
        return ExitCode.OK.status();
    }
}
