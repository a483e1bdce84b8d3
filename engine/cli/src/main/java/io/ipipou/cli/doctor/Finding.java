package io.ipipou.cli.doctor;

import java.util.Optional;

/**
 * The result of a check, for the operator.
 *
 * @param summary in a few words: of a success what was found, of a failure what is wrong
 * @param seen what the summary is concluded from; empty if the summary says it
 * @param remedy what to do; empty for a success
 */
public record Finding(Status status, String summary, Optional<String> seen, Optional<String> remedy) {

    public enum Status {
        OK,
        FAILED,
        /** A risk or a likely mistake that does not count as a failure. */
        NOTE,
        /** An earlier failure, or an agent that does not run, prevents the check. */
        NOT_CHECKED;

        /** As in JSON: {@code not_checked}. */
        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Finding ok(String summary) {
        return new Finding(Status.OK, summary, Optional.empty(), Optional.empty());
    }

    static Finding failed(String summary, String remedy) {
        return new Finding(Status.FAILED, summary, Optional.empty(), Optional.of(remedy));
    }

    static Finding failed(String summary, String seen, String remedy) {
        return new Finding(Status.FAILED, summary, Optional.of(seen), Optional.of(remedy));
    }

    static Finding note(String summary, String remedy) {
        return new Finding(Status.NOTE, summary, Optional.empty(), Optional.of(remedy));
    }

    static Finding notChecked(String reason) {
        return new Finding(Status.NOT_CHECKED, reason, Optional.empty(), Optional.empty());
    }

    boolean isFailure() {
        return status == Status.FAILED;
    }
}
