package io.ipipou.core.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a host stands to what it follows.
 *
 * @param lastGood the revision in force; empty before the first
 * @param events what else happened
 */
public record SyncStatus(SourceRef source, Optional<LastGoodRevision> lastGood, Events events) {

    /**
     * What happened beside the revision in force.
     *
     * @param version of this format
     * @param refused the newest revision, when it was not put in force
     * @param lastContact when the source last answered, by this host's clock
     * @param trouble the last there was
     */
    public record Events(
            int version,
            SourceRef source,
            Optional<RejectedRevision> rejected,
            Optional<Instant> lastContact,
            Optional<Outage> outage) {

        static final int VERSION = 1;

        static Events none(SourceRef place) {
            return new Events(VERSION, place, Optional.empty(), Optional.empty(), Optional.empty());
        }

        Events contact(Instant now) {
            return new Events(version, source, rejected, Optional.of(now), outage.map(there -> there.over(now)));
        }

        Events withOutage(Instant now, String message) {
            boolean goesOn = outage.isPresent() && !outage.get().isOver();
            return new Events(
                    version,
                    source,
                    rejected,
                    lastContact,
                    goesOn ? outage : Optional.of(new Outage(now, Optional.empty(), message)));
        }

        Events withRejected(Optional<RejectedRevision> other) {
            return new Events(version, source, other, lastContact, outage);
        }

        /** Whether it differs in more than the time of the last contact. */
        boolean saysMoreThan(Events other) {
            return !contactless().equals(other.contactless());
        }

        private Events contactless() {
            return new Events(version, source, rejected, Optional.empty(), outage);
        }
    }

    /** Whether the source answered when it was last asked, and what it had is in force. */
    public boolean isUpToDate() {
        return lastGood.isPresent()
                && events.rejected().isEmpty()
                && events.outage().map(Outage::isOver).orElse(true);
    }

    /** How old the revision in force is, by its own time; never negative. */
    public Optional<Duration> revisionAge(Instant now) {
        return lastGood.map(LastGoodRevision::revision)
                .map(revision -> Duration.between(revision.time(), now))
                .map(age -> age.isNegative() ? Duration.ZERO : age);
    }
}
