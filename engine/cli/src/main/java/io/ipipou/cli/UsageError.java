package io.ipipou.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The message for a wrong command line. */
final class UsageError {

    private UsageError() {}

    static String message(ParameterException exception) {
        CommandLine command = exception.getCommandLine();
        String help = command.getCommandSpec().qualifiedName() + " --help";
        return (exception instanceof UnmatchedArgumentException unmatched
                        ? unknown(unmatched, command)
                        : exception.getMessage())
                + " (see: " + help + ")";
    }

    private static String unknown(UnmatchedArgumentException exception, CommandLine command) {
        String argument = exception.getUnmatched().get(0);
        String kind = exception.isUnknownOption()
                ? "unknown option "
                : command.getParent() == null ? "unknown command " : "unexpected argument ";
        List<String> similar = exception.getSuggestions();
        return kind + argument + (similar.isEmpty() ? "" : ", did you mean " + String.join(" or ", similar) + "?");
    }
}
