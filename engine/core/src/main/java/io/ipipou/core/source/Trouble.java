package io.ipipou.core.source;

import java.time.Instant;
import java.util.Optional;

/**
 * A time in which the source could not be had.
 *
 * @param since when it began, by this host's clock
 * @param until when it was over; empty when it is not
 * @param message the first one, for the operator
 */
public record Trouble(Instant since, Optional<Instant> until, String message) {

    public boolean isOver() {
        return until.isPresent();
    }

    Trouble over(Instant at) {
        return isOver() ? this : new Trouble(since, Optional.of(at), message);
    }
}
