package io.ipipou.core.source;

import io.ipipou.core.apply.Confirmation;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a host has followed its repository.
 *
 * @param lastGood the revision in force, of whatever repository; empty before the first
 * @param unconfirmed a later revision that is applied and awaits confirmation
 */
public record SyncStatus(
        SourceRef source, Optional<LastGoodRevision> lastGood, Optional<LastGoodRevision> unconfirmed, Events events) {

    public SyncStatus(SourceRef source, Optional<LastGoodRevision> lastGood, Events events) {
        this(source, lastGood, Optional.empty(), events);
    }

    /** The revision that this host was last brought to. */
    public Optional<LastGoodRevision> applied() {
        return unconfirmed.or(() -> lastGood);
    }

    /** What the state of a revision makes of this. */
    SyncStatus with(UnconfirmedRevision revision, Confirmation.State state) {
        return switch (state) {
            case UNDECIDED -> new SyncStatus(source, lastGood, Optional.of(revision.revision()), events);
            case CONFIRMED ->
                new SyncStatus(source, Optional.of(revision.revision()), events.withRejected(Optional.empty()));
            case ROLLED_BACK ->
                revision.revision().source().equals(source)
                        ? new SyncStatus(source, lastGood, events.withRejected(Optional.of(revision.rejected())))
                        : new SyncStatus(source, lastGood, events);
        };
    }

    SyncStatus with(Events other) {
        return new SyncStatus(source, lastGood, unconfirmed, other);
    }

    /** The revision in force, if it is of the repository that the host follows now. */
    public Optional<LastGoodRevision> lastGoodOfSource() {
        return lastGood.filter(good -> good.source().equals(source));
    }

    /** The name of the revision in force, with its repository if that is another one. */
    public Optional<String> nameInForce() {
        return lastGood.map(good -> good.source().address().equals(source.address())
                ? good.name()
                : good.name() + " of " + good.source().address());
    }

    /**
     * The rest of the status.
     *
     * @param version of this format
     * @param rejected the newest revision, if it was rejected
     * @param lastContact when the repository last answered, by this host's clock
     * @param outage the last one
     */
    public record Events(
            int version,
            SourceRef source,
            Optional<RejectedRevision> rejected,
            Optional<Instant> lastContact,
            Optional<Outage> outage) {

        static final int VERSION = 1;

        static Events none(SourceRef source) {
            return new Events(VERSION, source, Optional.empty(), Optional.empty(), Optional.empty());
        }

        Events contact(Instant now) {
            return new Events(version, source, rejected, Optional.of(now), outage.map(last -> last.endedAt(now)));
        }

        Events withOutage(Instant now, String message) {
            boolean lasts = outage.isPresent() && !outage.get().isOver();
            return new Events(
                    version,
                    source,
                    rejected,
                    lastContact,
                    lasts ? outage : Optional.of(new Outage(now, Optional.empty(), message)));
        }

        Events withRejected(Optional<RejectedRevision> other) {
            return new Events(version, source, other, lastContact, outage);
        }

        /** Whether it differs in more than the time of the last contact. */
        boolean differsFrom(Events other) {
            return !withoutContact().equals(other.withoutContact());
        }

        private Events withoutContact() {
            return new Events(version, source, rejected, Optional.empty(), outage);
        }
    }
}
