package io.ipipou.cli.command;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;

@Command(name = "peer", description = "Manage peers.", synopsisSubcommandLabel = "COMMAND")
public final class PeerCommand extends CliCommand {

    public static final Map<String, Function<Terminal, Callable<Integer>>> SUBCOMMANDS =
            Map.of("reset", PeerResetCommand::new);

    public PeerCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        throw CommandFailure.usage("peer needs a command (see: ipipou peer --help)");
    }
}
