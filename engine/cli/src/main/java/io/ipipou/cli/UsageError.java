package io.ipipou.cli;

import io.ipipou.core.config.Spelling;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The message for a wrong command line. */
final class UsageError {

    private UsageError() {}

    static String message(ParameterException exception) {
        CommandLine command = exception.getCommandLine();
        String help = " (see: " + command.getCommandSpec().qualifiedName() + " --help)";
        if (!(exception instanceof UnmatchedArgumentException unmatched)) {
            String problem = String.valueOf(exception.getMessage());
            return problem.substring(0, 1).toLowerCase(Locale.ROOT) + problem.substring(1) + help;
        }
        String argument = unmatched.getUnmatched().get(0);
        if (unmatched.isUnknownOption()) {
            return "unknown option " + argument
                    + hint(argument, optionNames(command)).orElse(help);
        }
        return !command.getSubcommands().isEmpty()
                ? "unknown command " + argument
                        + hint(argument, commandNames(command)).orElse(help)
                : "unexpected argument " + argument + help;
    }

    private static Optional<String> hint(String argument, List<String> known) {
        return Spelling.nearest(argument, known).map(nearest -> " (did you mean " + nearest + "?)");
    }

    private static List<String> commandNames(CommandLine command) {
        return command.getSubcommands().values().stream()
                .filter(subcommand ->
                        !subcommand.getCommandSpec().usageMessage().hidden())
                .map(CommandLine::getCommandName)
                .toList();
    }

    private static List<String> optionNames(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .map(OptionSpec::names)
                .flatMap(Stream::of)
                .toList();
    }
}
