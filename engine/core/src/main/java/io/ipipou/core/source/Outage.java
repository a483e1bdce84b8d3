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
public record Outage(Instant since, Optional<Instant> until, String message) {

    public boolean isOver() {
        return until.isPresent();
    }

    Outage over(Instant at) {
        return isOver() ? this : new Outage(since, Optional.of(at), message);
    }
}
