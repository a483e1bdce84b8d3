package io.ipipou.core.source;

import io.ipipou.core.apply.Confirmation;
import io.ipipou.core.source.SyncStatus.Events;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sync state in memory and on disk. The disk is written when more changes than the time of the last contact. One
 * thread at a time can write, any can read.
 */
final class SyncStateStore {

    private final SourceRef source;
    private final SyncStateFiles files;
    private final Clock clock;
    private final List<String> notes = new ArrayList<>();
    private Optional<String> lastGoodUnreadable = Optional.empty();
    private volatile SyncStatus status;
    private Events written;
    private boolean isLastGoodWritten = true;
    private Optional<UnconfirmedRevision> unconfirmed = Optional.empty();
    private boolean isDiskFailing;

    private SyncStateStore(SourceRef source, SyncStateFiles files, Clock clock) {
        this.source = source;
        this.files = files;
        this.clock = clock;
        this.written = Events.none(source);
        this.status = new SyncStatus(source, Optional.empty(), written);
    }

    /** Loads what earlier processes stored. What cannot be read is left out, with a note. */
    static SyncStateStore load(SourceRef source, SyncStateFiles files, Clock clock) {
        SyncStateStore state = new SyncStateStore(source, files, clock);
        Optional<LastGoodRevision> good = Optional.empty();
        try {
            good = files.lastGood();
        } catch (IOException e) {
            state.lastGoodUnreadable = Optional.of(String.valueOf(e.getMessage()));
            state.notes.add(e.getMessage() + ", so it is unknown which revision is in force");
        }
        Optional<Events> stored = Optional.empty();
        try {
            stored = files.events();
        } catch (IOException e) {
            state.notes.add(e.getMessage() + ", so a rejected revision can be tried again");
        }
        Optional<SourceRef> lastFollowed = stored.map(Events::source);
        good.map(LastGoodRevision::source)
                .or(() -> lastFollowed)
                .filter(before -> !before.equals(source))
                .ifPresent(
                        before -> state.notes.add("this host followed " + before + " before, and starts from scratch"));
        state.written = stored.filter(last -> last.source().equals(source)).orElse(state.written);
        // The process has been restarted since.
        Optional<RejectedRevision> rejected =
                state.written.rejected().filter(revision -> revision.rejection().kind() != Rejection.Kind.RESTART);
        state.status = new SyncStatus(source, good, state.written.withRejected(rejected));
        try {
            state.unconfirmed = files.unconfirmed();
            state.settle();
        } catch (IOException e) {
            state.notes.add(e.getMessage() + ", so it is unknown whether a revision awaits confirmation");
        }
        return state;
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Why it is unknown which revision is in force; empty if it is known or there is none. */
    Optional<String> lastGoodUnreadable() {
        return status.lastGood().isPresent() ? Optional.empty() : lastGoodUnreadable;
    }

    SyncStatus status() {
        return status;
    }

    Instant now() {
        return clock.instant();
    }

    void writeEvents() throws IOException {
        files.write(status.events());
        written = status.events();
        isDiskFailing = false;
    }

    Optional<String> unconfirmedApply() {
        return unconfirmed.map(UnconfirmedRevision::apply);
    }

    /** Before a revision is applied that needs a confirmation. */
    void applying(UnconfirmedRevision revision) throws IOException {
        files.write(revision);
        unconfirmed = Optional.of(revision);
    }

    /** Finds out what became of a revision that needs a confirmation. */
    void settle() throws IOException {
        if (unconfirmed.isPresent()) {
            Confirmation.State state = files.stateOf(unconfirmed.get());
            status = status.with(unconfirmed.get(), state);
            if (state != Confirmation.State.UNDECIDED) {
                isLastGoodWritten &= state == Confirmation.State.ROLLED_BACK;
                unconfirmed = Optional.empty();
            }
        }
    }

    /** After {@link #settle}: the result, if a revision awaits confirmation. */
    Optional<SyncResult> undecided(boolean isNew) {
        return status.unconfirmed().map(revision -> new SyncResult.Unconfirmed(revision, isNew));
    }

    /** A revision that needs a confirmation was not applied, for a reason that is not its fault. */
    void notApplied() {
        unconfirmed = Optional.empty();
        try {
            files.removeUnconfirmed();
        } catch (IOException e) {
            notes.add(cannotWrite(e));
        }
    }

    /** After an apply that succeeded. Without changes there is nothing to confirm. */
    SyncResult applied(LastGoodRevision good) throws IOException {
        boolean undecided = unconfirmed.isPresent() && files.stateOf(unconfirmed.get()) == Confirmation.State.UNDECIDED;
        if (undecided) {
            settle();
        }
        return undecided(true).orElseGet(() -> accepted(good));
    }

    private SyncResult accepted(LastGoodRevision good) {
        unconfirmed = Optional.empty();
        isLastGoodWritten = false;
        status = new SyncStatus(source, Optional.of(good), status.events());
        return inForce(good, true);
    }

    SyncResult unchanged() {
        return inForce(status.lastGood().orElseThrow(), false);
    }

    private SyncResult inForce(LastGoodRevision good, boolean isNew) {
        return stored(new SyncResult.InForce(good, isNew), Optional.empty(), good.name() + " is in force, but ");
    }

    /** After it was tried. A passing reason that is the same as at the last try is not new. */
    SyncResult rejected(RejectedRevision revision) {
        unconfirmed = Optional.empty();
        Optional<RejectedRevision> same = status.events().rejected().filter(revision::isSameAs);
        return same.isPresent() && !revision.rejection().isFinal()
                ? rejected(same.get(), false)
                : rejected(revision, true);
    }

    SyncResult stillRejected(RejectedRevision revision) {
        return rejected(revision, false);
    }

    private SyncResult rejected(RejectedRevision revision, boolean isNew) {
        return stored(
                new SyncResult.Rejected(revision, isNew),
                Optional.of(revision),
                revision.rejection().reason() + "\nand ");
    }

    /** Stores the result and returns it, or if that fails an error that begins with the given words. */
    private SyncResult stored(SyncResult result, Optional<RejectedRevision> rejected, String words) {
        Events events = status.events().contact(now()).withRejected(rejected);
        try {
            if (!isLastGoodWritten) {
                files.write(status.lastGood().orElseThrow());
                isLastGoodWritten = true;
            }
            if (events.differsFrom(written)) {
                files.write(events);
                written = events;
            }
            if (unconfirmed.isEmpty()) {
                files.removeUnconfirmed();
            }
        } catch (IOException e) {
            status = with(status.events().withRejected(rejected));
            return failed(words + cannotWrite(e));
        }
        status = with(events);
        return result;
    }

    SyncResult failed(String message) {
        status = with(status.events().withOutage(now(), message));
        try {
            if (status.events().differsFrom(written)) {
                writeEvents();
            }
            return new SyncResult.Failed(message);
        } catch (IOException e) {
            isDiskFailing = true;
            String cannotWrite = cannotWrite(e);
            return new SyncResult.Failed(message.contains(cannotWrite) ? message : message + "\n" + cannotWrite);
        }
    }

    String cannotWrite(IOException e) {
        return "the sync state cannot be written to " + files.directory() + ": " + e.getMessage();
    }

    /** Writes the time of the last contact, unless an error of the disk was already reported. */
    void close() throws IOException {
        if (!status.events().equals(written) && !isDiskFailing) {
            writeEvents();
        }
    }

    private SyncStatus with(Events events) {
        return status.with(events);
    }
}
