package io.ipipou.core.apply;

import java.time.Duration;
import java.util.Optional;

/**
 * What an apply waits for that is undone unless somebody confirms it.
 *
 * @param id tells the apply from all others
 * @param within how long the apply may wait, once the host is as desired
 * @param deadline when it is undone, in {@link Uptime}; empty until the host was seen to be as desired
 * @param guard who undoes it
 */
public record Confirmation(String id, Duration within, Optional<Duration> deadline, ProcessId guard) {

    /** The same, of a host that is as desired since {@code now}. */
    Confirmation from(Duration now) {
        return new Confirmation(id, within, Optional.of(now.plus(within)), guard);
    }

    /** How long somebody may still confirm, never negative; empty until the host was seen to be as desired. */
    public Optional<Duration> remaining(Duration now) {
        return deadline.map(end -> end.minus(now)).map(left -> left.isNegative() ? Duration.ZERO : left);
    }
}
