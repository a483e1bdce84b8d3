package io.ipipou.core.source;

import io.ipipou.spi.source.Revision;
import java.time.Instant;

/**
 * A revision that was rejected, and is not tried again until the ref moves.
 *
 * @param at when it was rejected, by this host's clock
 */
public record RejectedRevision(Revision revision, Instant at, Rejection rejection) {

    /** Whether it is the same revision, rejected for the same reason. */
    boolean isSameAs(RejectedRevision other) {
        return revision.id().equals(other.revision.id()) && rejection.equals(other.rejection);
    }
}
