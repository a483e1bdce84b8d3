package io.ipipou.cli.command;

import io.ipipou.cli.option.Order;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command: prints results to its terminal and ends with an exit code or a {@link CommandFailure}. */
public abstract class CliCommand implements Callable<Integer> {

    final Terminal terminal;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = Order.HELP,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    CliCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    abstract ExitCode run() throws CommandFailure;

    @Override
    public final Integer call() throws CommandFailure {
        return run().status();
    }
}
