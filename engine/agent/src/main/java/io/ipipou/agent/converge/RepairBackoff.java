package io.ipipou.agent.converge;

import io.ipipou.agent.time.Backoff;
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
 * Decides when a resource that differs may be repaired. The first repairs are immediate. If something keeps undoing them,
 * further repairs of that resource wait, longer each time, until one has lasted; other resources do not wait. Times are by
 * a monotonic clock, nanoseconds. For one thread.
 */
final class RepairBackoff {

    /** This many repairs of a resource in a row are immediate. */
    static final int IMMEDIATE_REPAIRS = 3;

    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /** A repair has lasted after this time, or twice as long as it waited, whichever is longer. */
    static final Duration LASTING = Duration.ofSeconds(10);

    /** Successive repairs of one resource, none of which has lasted yet. */
    private record Series(int repairs, long first, long last) {

        Series repaired(long now) {
            return new Series(repairs + 1, first, now);
        }

        boolean isContended() {
            return repairs >= IMMEDIATE_REPAIRS;
        }

        long pause() {
            return isContended()
                    ? Backoff.after(repairs - IMMEDIATE_REPAIRS + 1, LONGEST_WAIT)
                            .toNanos()
                    : 0;
        }

        long due() {
            return last + pause();
        }

        /** When the last repair will have lasted. */
        long end() {
            return last + Math.max(LASTING.toNanos(), 2 * pause());
        }
    }

    /**
     * Something keeps undoing repairs.
     *
     * @param repairs the most repairs of any of the resources
     * @param duration from the first of those to the last
     */
    record Contention(Set<ResourceId> resources, int repairs, Duration duration) {}

    private final Map<ResourceId, Series> series = new HashMap<>();
    private final Set<ResourceId> reported = new HashSet<>();

    /** How long to wait before repairing all of these: the shortest wait of any. */
    Duration wait(Set<ResourceId> differing, long now) {
        long shortest = differing.stream()
                .mapToLong(id -> seriesOf(id).map(known -> known.due() - now).orElse(0L))
                .min()
                .orElse(0);
        return Duration.ofNanos(Math.max(0, shortest));
    }

    /** Records repairs, successful or not. */
    void repaired(Set<ResourceId> resources, long now) {
        resources.forEach(id -> series.merge(id, new Series(1, now, now), (known, fresh) -> known.repaired(now)));
    }

    /** The contention over those of these resources that were not reported yet; they count as reported from now on. */
    Optional<Contention> newContention(Set<ResourceId> differing) {
        Set<ResourceId> contended = new LinkedHashSet<>(differing);
        contended.removeIf(id ->
                reported.contains(id) || !seriesOf(id).map(Series::isContended).orElse(false));
        Optional<Contention> contention = contention(contended);
        reported.addAll(contended);
        return contention;
    }

    /**
     * Forgets the repairs that have lasted: those of resources that do not differ. A late check does not make a repair
     * last.
     *
     * @return the reported contention that has ended with this
     */
    Optional<Contention> endedContention(Set<ResourceId> differing, long now) {
        Set<ResourceId> lasted = new HashSet<>(series.keySet());
        lasted.removeAll(differing);
        lasted.removeIf(
                id -> seriesOf(id).filter(known -> known.end() - now > 0).isPresent());
        Set<ResourceId> contended = new LinkedHashSet<>(lasted);
        contended.retainAll(reported);
        Optional<Contention> contention = contention(contended);
        reported.removeAll(lasted);
        series.keySet().removeAll(lasted);
        return contention;
    }

    /** The resources whose contention was reported and has not ended. */
    Set<ResourceId> contended() {
        return Set.copyOf(reported);
    }

    /** When the next repair will have lasted; empty if all have. */
    OptionalLong nextEnd() {
        return series.values().stream().mapToLong(Series::end).reduce((one, other) -> one - other < 0 ? one : other);
    }

    private Optional<Series> seriesOf(ResourceId id) {
        return Optional.ofNullable(series.get(id));
    }

    private Optional<Contention> contention(Set<ResourceId> resources) {
        return resources.stream()
                .flatMap(id -> seriesOf(id).stream())
                .max((one, other) -> Integer.compare(one.repairs(), other.repairs()))
                .map(longest -> new Contention(
                        Set.copyOf(resources), longest.repairs(), Duration.ofNanos(longest.last() - longest.first())));
    }
}
