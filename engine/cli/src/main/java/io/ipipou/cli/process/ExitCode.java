package io.ipipou.cli.process;

/** What the process's exit status says; where there is a choice, the values are those of sysexits.h. */
public enum ExitCode {
    /** Done, or nothing to do. */
    OK(0),
    FAILED(1),
    /** {@code plan --detailed-exitcode} found changes. */
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
}
