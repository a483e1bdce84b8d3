package io.ipipou.cli.process;

import java.util.List;

/** Ends a command with lines for the operator and an exit code. */
public final class CommandFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public CommandFailure(ExitCode exitCode, List<String> lines) {
        this(exitCode, String.join("\n", lines));
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
