package io.ipipou.agent.converge;

import io.ipipou.agent.event.Event;
import io.ipipou.agent.time.Backoff;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.ResourceId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the host for drift and repairs it: at once, but with growing waits what something else keeps undoing. One thread
 * checks; {@link #repairs} is for any.
 */
final class DriftRepairer {

    private static final Logger LOG = LoggerFactory.getLogger(DriftRepairer.class);

    /**
     * Changes cause checks of their own; this is for any that goes unnoticed. More often would cost more than everything
     * else an idle agent does.
     */
    static final Duration CHECK_INTERVAL = Duration.ofMinutes(10);

    /** While something is deferred: the kernel does not report, for example, that a UDP port is free again. */
    static final Duration DEFERRED_INTERVAL = Duration.ofSeconds(10);

    /** While an apply awaits its confirmation. */
    static final Duration UNCONFIRMED_INTERVAL = Duration.ofSeconds(1);

    /** After a repair that did not converge. */
    static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    /** When a table is gone, thousands of its elements are. */
    private static final int MAX_NAMES = 5;

    private final Converger converger;
    private final Backend backend;
    private final boolean repairing;
    private final LongSupplier nanos;
    private final RepairBackoff backoff = new RepairBackoff();
    private int failures;
    private String failure = "";
    private List<String> reported = List.of();
    private volatile DriftWatch.Repairs repairs = new DriftWatch.Repairs(0, Set.of());

    /**
     * @param backend to check with
     * @param repairing false to only report drift
     * @param nanos a monotonic clock, as {@link System#nanoTime}
     */
    DriftRepairer(Converger converger, Backend backend, boolean repairing, LongSupplier nanos) {
        this.converger = converger;
        this.backend = backend;
        this.repairing = repairing;
        this.nanos = nanos;
    }

    /**
     * Checks once, and repairs what may be repaired now.
     *
     * @return time until the next check, if nothing changes
     */
    Duration check() {
        Duration next = CHECK_INTERVAL;
        if (converger.configState() == ConfigState.SUSPENDED) {
            return next;
        }
        try {
            if (converger.configState() == ConfigState.UNCONFIRMED) {
                if (converger.awaitsDecision()) {
                    return UNCONFIRMED_INTERVAL;
                }
                converger.apply();
            }
            Plan plan = converger.plan(backend);
            Set<ResourceId> differing = ids(plan);
            backoff.endedContention(differing, nanos.getAsLong()).ifPresent(DriftRepairer::logEnd);
            if (!repairing) {
                reportDifferences(plan);
            } else {
                next = differing.isEmpty() ? CHECK_INTERVAL : repair(differing);
            }
            next = min(next, untilNextEnd());
            next = plan.deferred().isEmpty() ? next : min(next, DEFERRED_INTERVAL);
            failures = 0;
            failure = "";
        } catch (BackendException e) {
            // Being stopped during a repair is no failure.
            next = Thread.currentThread().isInterrupted() ? CHECK_INTERVAL : failed(String.valueOf(e.getMessage()));
        }
        repairs = new DriftWatch.Repairs(repairs.count(), backoff.contended());
        return next;
    }

    DriftWatch.Repairs repairs() {
        return repairs;
    }

    private Duration repair(Set<ResourceId> differing) throws BackendException {
        Duration wait = backoff.wait(differing, nanos.getAsLong());
        // Even if the wait is over by now: on a slow host it may always be.
        backoff.newContention(differing).ifPresent(DriftRepairer::logBeginning);
        if (!wait.isZero()) {
            return wait;
        }
        LOG.debug("the host may not match the configuration: {}", names(differing));
        Set<ResourceId> repaired = differing;
        try {
            ApplyReport report = converger.repair();
            // Nothing if all that differed was a peer that has moved meanwhile.
            repaired = ids(report.plan());
            if (!repaired.isEmpty()) {
                repairs = new DriftWatch.Repairs(repairs.count() + 1, backoff.contended());
            }
            return report.succeeded() ? CHECK_INTERVAL : RETRY_INTERVAL;
        } finally {
            backoff.repaired(repaired, nanos.getAsLong());
        }
    }

    private static Set<ResourceId> ids(Plan plan) {
        return plan.changes().stream().map(Change::id).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Logs each reason once, and retries soon, then less and less often. */
    private Duration failed(String reason) {
        if (!reason.equals(failure)) {
            Event.DRIFT_CHECK_FAILED.log(LOG, reason);
        }
        failure = reason;
        failures++;
        return Backoff.after(failures, RepairBackoff.LONGEST_WAIT);
    }

    private Duration untilNextEnd() {
        OptionalLong end = backoff.nextEnd();
        return end.isEmpty() ? CHECK_INTERVAL : Duration.ofNanos(Math.max(0, end.getAsLong() - nanos.getAsLong()));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void logBeginning(RepairBackoff.Contention contention) {
        Event.DRIFT_CONTENTION.log(
                LOG,
                names(contention.resources()),
                contention.repairs(),
                contention.duration().toSeconds() + 1,
                RepairBackoff.LONGEST_WAIT.toSeconds());
    }

    private static void logEnd(RepairBackoff.Contention contention) {
        Event.DRIFT_CONTENTION_ENDED.log(
                LOG,
                names(contention.resources()),
                contention.repairs(),
                contention.duration().toSeconds() + 1);
    }

    private static String names(Collection<ResourceId> ids) {
        String first =
                ids.stream().map(ResourceId::toString).sorted().limit(MAX_NAMES).collect(Collectors.joining(", "));
        return ids.size() > MAX_NAMES ? first + " and " + (ids.size() - MAX_NAMES) + " more" : first;
    }

    /** Only if they differ from those last reported. */
    private void reportDifferences(Plan plan) {
        List<String> differences = plan.changes().stream()
                .map(change -> change.action().symbol() + " " + change.id())
                .toList();
        if (differences.equals(reported)) {
            return;
        }
        reported = differences;
        if (differences.isEmpty()) {
            Event.DRIFT_RESOLVED.log(LOG);
        } else {
            Event.DRIFT_DETECTED.log(LOG, differences);
        }
    }
}
