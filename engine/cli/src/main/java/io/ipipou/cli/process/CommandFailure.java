package io.ipipou.cli.process;

import io.ipipou.core.config.ConfigException;
import io.ipipou.spi.backend.BackendException;
import java.util.List;

/** Ends a command with an exit status and a message, which can have several lines. */
public final class CommandFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public static CommandFailure failed(String message) {
        return new CommandFailure(ExitCode.FAILED, message);
    }

    public static CommandFailure failed(List<String> lines) {
        return failed(String.join("\n", lines));
    }

    /** With the cause's own message. */
    public static CommandFailure failed(Exception cause) {
        return failed(String.valueOf(cause.getMessage()));
    }

    /** @param operation what was not permitted, such as {@code cannot lock /run/ipipou} */
    public static CommandFailure permissionDenied(String operation) {
        return new CommandFailure(ExitCode.NO_PERMISSION, operation + ": permission denied (run this as root)");
    }

    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    public static CommandFailure of(ConfigException e) {
        return new CommandFailure(ExitCode.BAD_CONFIGURATION, String.valueOf(e.getMessage()));
    }

    public static CommandFailure of(BackendException e) {
        return new CommandFailure(
                e.isPermissionDenied() ? ExitCode.NO_PERMISSION : ExitCode.FAILED, String.valueOf(e.getMessage()));
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
