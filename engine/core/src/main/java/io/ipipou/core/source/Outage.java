package io.ipipou.core.source;

import java.time.Instant;
import java.util.Optional;

/**
 * A period in which the repository could not be reached.
 *
 * @param since when it began, by this host's clock
 * @param until when it ended; empty while it lasts
 * @param message the first error, for the operator
 */
public record Outage(Instant since, Optional<Instant> until, String message) {

    public boolean isOver() {
        return until.isPresent();
    }

    Outage endedAt(Instant end) {
        return isOver() ? this : new Outage(since, Optional.of(end), message);
    }
}
