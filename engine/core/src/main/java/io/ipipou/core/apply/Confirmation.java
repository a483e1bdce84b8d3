package io.ipipou.core.apply;

import java.time.Duration;
import java.util.Optional;

/**
 * The confirmation that an apply needs, without which it is rolled back.
 *
 * @param id unique for each apply
 * @param within how long it waits once the host matches its desired state
 * @param deadline when it is rolled back, in {@link Uptime}; empty until the host matches its desired state
 * @param guard the process that does the rollback
 */
public record Confirmation(String id, Duration within, Optional<Duration> deadline, ProcessId guard) {

    /** What became of an apply that needed one. */
    public enum State {
        UNDECIDED,
        CONFIRMED,
        ROLLED_BACK
    }

    /** This confirmation, with its time running from now on. */
    Confirmation startedAt(Duration now) {
        return new Confirmation(id, within, Optional.of(now.plus(within)), guard);
    }

    /** The time left to confirm, never negative; empty until the host matches its desired state. */
    public Optional<Duration> remaining(Duration now) {
        return deadline.map(end -> end.minus(now)).map(left -> left.isNegative() ? Duration.ZERO : left);
    }
}
