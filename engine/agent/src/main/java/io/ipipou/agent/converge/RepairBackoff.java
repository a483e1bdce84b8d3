package io.ipipou.agent.converge;

import io.ipipou.spi.state.ResourceId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * When what differs may be mended. The first few times at once. Where the same thing differs again soon after each of
 * these, something fights the repairs, and each waits longer than the one before, up to a minute, until one has held. A
 * thing that nobody fights over never waits. Times are of a clock that only runs forward, nanoseconds. For one thread.
 */
final class RepairBackoff {

    /** So often in a row a thing is mended at once. */
    static final int AT_ONCE = 3;

    /** What the first repair after these waits; each further one waits twice as long. */
    static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /** Of the first wait, which is longer than the longest after these. */
    private static final int MOST_DOUBLINGS = 6;

    /** A repair that has held so long, and twice as long as it waited, is not fought. */
    static final Duration HELD = Duration.ofSeconds(10);

    /** Repairs of one thing, each soon after the one before. */
    private record Row(int repairs, long first, long last) {

        Row another(long now) {
            return new Row(repairs + 1, first, now);
        }

        boolean isFought() {
            return repairs >= AT_ONCE;
        }

        long pause() {
            if (!isFought()) {
                return 0;
            }
            int doublings = Math.min(repairs - AT_ONCE, MOST_DOUBLINGS);
            return Math.min(FIRST_WAIT.toNanos() << doublings, LONGEST_WAIT.toNanos());
        }

        long due() {
            return last + pause();
        }

        /** When the last repair will have held. */
        long over() {
            return last + Math.max(HELD.toNanos(), 2 * pause());
        }
    }

    /**
     * Something undoes what is mended.
     *
     * @param over what is mended and undone
     * @param repairs most of any one of these
     * @param lasting from the first of these repairs to the last
     */
    record Fight(Set<ResourceId> over, int repairs, Duration lasting) {}

    private final Map<ResourceId, Row> rows = new HashMap<>();
    private final Set<ResourceId> told = new HashSet<>();

    /** How long the repair of all these has to wait: not at all where any of them need not. */
    Duration wait(Set<ResourceId> differing, long now) {
        long least = differing.stream()
                .mapToLong(id -> Optional.ofNullable(rows.get(id))
                        .map(row -> row.due() - now)
                        .orElse(0L))
                .min()
                .orElse(0);
        return Duration.ofNanos(Math.max(0, least));
    }

    /** Notes what was mended, or tried. */
    void repaired(Set<ResourceId> mended, long now) {
        mended.forEach(id -> rows.merge(id, new Row(1, now, now), (row, fresh) -> row.another(now)));
    }

    /** What of this is fought over and was not told before; told from now on. */
    Optional<Fight> begun(Set<ResourceId> differing) {
        Set<ResourceId> over = new LinkedHashSet<>(differing);
        over.removeIf(id -> told.contains(id) || !isFought(id));
        Optional<Fight> fight = fight(over);
        told.addAll(over);
        return fight;
    }

    /**
     * Forgets all repairs that have held: of what does not differ although their time is over. How late somebody looks
     * makes no repair of a fight hold. Returns what was told to be fought over and no longer is.
     */
    Optional<Fight> held(Set<ResourceId> differing, long now) {
        Set<ResourceId> held = new HashSet<>(rows.keySet());
        held.removeAll(differing);
        held.removeIf(id -> Optional.ofNullable(rows.get(id))
                .filter(row -> row.over() - now > 0)
                .isPresent());
        Set<ResourceId> over = new LinkedHashSet<>(held);
        over.retainAll(told);
        Optional<Fight> fight = fight(over);
        told.removeAll(held);
        rows.keySet().removeAll(held);
        return fight;
    }

    /** What is fought over now, as far as it was told. */
    Set<ResourceId> foughtOver() {
        return Set.copyOf(told);
    }

    /** When to look whether the next repair has held; empty where all are known to have. */
    OptionalLong nextHeld() {
        return rows.values().stream().mapToLong(Row::over).reduce((one, other) -> one - other < 0 ? one : other);
    }

    private boolean isFought(ResourceId id) {
        return Optional.ofNullable(rows.get(id)).filter(Row::isFought).isPresent();
    }

    private Optional<Fight> fight(Set<ResourceId> over) {
        return over.stream()
                .flatMap(id -> Optional.ofNullable(rows.get(id)).stream())
                .max((one, other) -> Integer.compare(one.repairs(), other.repairs()))
                .map(row -> new Fight(Set.copyOf(over), row.repairs(), Duration.ofNanos(row.last() - row.first())));
    }
}
