package io.ipipou.cli;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The message for a wrong command line. */
final class UsageError {

    private UsageError() {}

    static String message(ParameterException exception) {
        CommandLine command = exception.getCommandLine();
        String help = command.getCommandSpec().qualifiedName() + " --help";
        String problem = exception instanceof UnmatchedArgumentException unmatched
                ? unknown(unmatched, command)
                : String.valueOf(exception.getMessage());
        return problem.substring(0, 1).toLowerCase(Locale.ROOT) + problem.substring(1) + " (see: " + help + ")";
    }

    private static String unknown(UnmatchedArgumentException exception, CommandLine command) {
        String argument = exception.getUnmatched().get(0);
        String kind = exception.isUnknownOption()
                ? "unknown option "
                : command.getParent() == null ? "unknown command " : "unexpected argument ";
        List<String> similar = exception.getSuggestions();
        return kind
                + argument
                + (similar.isEmpty() ? "" : ", did you mean " + similar.get(0).replace("ipipou ", "") + "?");
    }
}
