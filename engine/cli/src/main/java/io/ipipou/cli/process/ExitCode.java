package io.ipipou.cli.process;

import java.util.Arrays;

/** The process's exit status; the values above 2 are those of sysexits.h. */
public enum ExitCode {
    /** Done, or nothing to do. */
    OK(0),
    FAILED(1),
    /** {@code drift} or {@code plan --detailed-exitcode} found changes, or {@code doctor} a failure. */
    CHANGES(2),
    USAGE(64),
    /** Another run holds the lock. */
    LOCKED(75),
    NO_PERMISSION(77),
    BAD_CONFIGURATION(78);

    private final int status;

    ExitCode(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /** The code with this status; {@link #FAILED} for any other. */
    public static ExitCode ofStatus(int status) {
        return Arrays.stream(values())
                .filter(code -> code.status == status)
                .findFirst()
                .orElse(FAILED);
    }
}
