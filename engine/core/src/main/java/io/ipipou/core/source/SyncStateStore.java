package io.ipipou.core.source;

import io.ipipou.core.source.SyncStatus.Events;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a host stands to its source, in this process and on the disk. The disk is written when there is more to tell than
 * that the source still answers. Written by one thread at a time, read by any.
 */
final class SyncStateStore {

    private final SourceRef place;
    private final SyncStateFiles store;
    private final Clock clock;
    private final List<String> notes = new ArrayList<>();
    private Optional<String> goodUnknown = Optional.empty();
    private volatile SyncStatus standing;
    private Events written;
    private boolean isGoodWritten = true;
    private boolean isDiskInTrouble;

    private SyncStateStore(SourceRef place, SyncStateFiles store, Clock clock) {
        this.place = place;
        this.store = store;
        this.clock = clock;
        this.written = Events.none(place);
        this.standing = new SyncStatus(place, Optional.empty(), written);
    }

    /** What earlier runs remembered; where that cannot be read, nothing, and a note tells. */
    static SyncStateStore load(SourceRef place, SyncStateFiles store, Clock clock) {
        SyncStateStore memory = new SyncStateStore(place, store, clock);
        Optional<LastGoodRevision> good = Optional.empty();
        try {
            good = memory.ours(store.lastGood(), LastGoodRevision::source);
        } catch (IOException e) {
            memory.goodUnknown = Optional.of(String.valueOf(e.getMessage()));
            memory.notes.add(e.getMessage() + ": it is not known which revision is in force");
        }
        try {
            memory.written = memory.ours(store.events(), Events::source).orElse(memory.written);
        } catch (IOException e) {
            memory.notes.add(e.getMessage() + ": a revision that was refused may be tried again");
        }
        // What the last process could not take to, this one can.
        Optional<RejectedRevision> refused =
                memory.written.rejected().filter(it -> it.rejection().kind() != Rejection.Kind.RESTART);
        memory.standing = new SyncStatus(place, good, memory.written.withRejected(refused));
        return memory;
    }

    private <T> Optional<T> ours(Optional<T> found, Function<T, SourceRef> about) {
        Optional<T> ours = found.filter(it -> about.apply(it).equals(place));
        if (found.isPresent() && ours.isEmpty() && notes.isEmpty()) {
            notes.add("this host followed " + about.apply(found.get()) + " so far, and starts anew");
        }
        return ours;
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Why it is not known which revision is in force; empty when it is, or when there is none. */
    Optional<String> goodUnknown() {
        return standing.lastGood().isPresent() ? Optional.empty() : goodUnknown;
    }

    SyncStatus standing() {
        return standing;
    }

    Instant now() {
        return clock.instant();
    }

    /** @throws IOException if the disk takes nothing */
    void probe() throws IOException {
        store.write(standing.events());
        written = standing.events();
        isDiskInTrouble = false;
    }

    SyncResult accepted(LastGoodRevision good) {
        isGoodWritten = false;
        standing = new SyncStatus(place, Optional.of(good), standing.events());
        return settled(new SyncResult.InForce(good, true), Optional.empty(), good.name() + " is in force, but ");
    }

    SyncResult stays() {
        LastGoodRevision good = standing.lastGood().orElseThrow();
        return settled(new SyncResult.InForce(good, false), Optional.empty(), good.name() + " is in force, but ");
    }

    SyncResult declined(RejectedRevision refused, boolean fresh) {
        return settled(
                new SyncResult.Rejected(refused, fresh),
                Optional.of(refused),
                refused.rejection().reason() + "\nand ");
    }

    private SyncResult settled(SyncResult round, Optional<RejectedRevision> refused, String told) {
        Events events = standing.events().contact(now()).withRejected(refused);
        try {
            if (!isGoodWritten) {
                store.write(standing.lastGood().orElseThrow());
                isGoodWritten = true;
            }
            if (events.saysMoreThan(written)) {
                store.write(events);
                written = events;
            }
        } catch (IOException e) {
            standing = with(standing.events().withRejected(refused));
            return troubled(told + cannotRemember(e));
        }
        standing = with(events);
        return round;
    }

    SyncResult troubled(String message) {
        standing = with(standing.events().withOutage(now(), message));
        try {
            if (standing.events().saysMoreThan(written)) {
                probe();
            }
            return new SyncResult.Failed(message);
        } catch (IOException e) {
            isDiskInTrouble = true;
            String cannot = cannotRemember(e);
            return new SyncResult.Failed(message.contains(cannot) ? message : message + "\n" + cannot);
        }
    }

    String cannotRemember(IOException e) {
        return "what happens cannot be remembered in " + store.directory() + ": " + e.getMessage();
    }

    /** The time of the last contact, too; a disk that took nothing was told of. */
    void close() throws IOException {
        if (!standing.events().equals(written) && !isDiskInTrouble) {
            probe();
        }
    }

    private SyncStatus with(Events events) {
        return new SyncStatus(place, standing.lastGood(), events);
    }
}
