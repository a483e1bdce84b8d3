package io.ipipou.cli;

import java.util.List;

/** Ends a command with lines for the operator and an exit code. */
final class CommandFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    CommandFailure(ExitCode exitCode, List<String> lines) {
        this(exitCode, String.join("\n", lines));
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
