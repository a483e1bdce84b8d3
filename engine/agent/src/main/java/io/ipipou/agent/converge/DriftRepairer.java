package io.ipipou.agent.converge;

import io.ipipou.agent.event.Event;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
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
 * Looks at the host, and mends it where it is not as it should be: at once, but with growing waits what something else
 * undoes each time. One thread looks; {@link #repairs} is for any.
 */
final class DriftRepairer {

    /** The host, as it is seen and changed here. */
    interface Host {

        /** What would have to change; nothing is written. */
        Plan plan() throws BackendException, UnresolvableException;

        /** Has it changed. */
        ApplyReport apply() throws BackendException, UnresolvableException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(DriftRepairer.class);

    /**
     * All that counts is told by the kernel, or watched; this is for what nobody has thought of. More often would cost more
     * than all else that an idle agent does.
     */
    static final Duration UNPROMPTED = Duration.ofMinutes(10);

    /** Of a table that is gone, thousands of elements are. */
    private static final int NAMED = 5;

    private final Host host;
    private final boolean repairing;
    private final LongSupplier nanos;
    private final RepairBackoff pacing = new RepairBackoff();
    private int failures;
    private String failure = "";
    private List<String> reported = List.of();
    private volatile DriftWatch.Repairs repairs = new DriftWatch.Repairs(0, Set.of());

    /**
     * @param repairing whether what differs is mended; it is only told otherwise, once
     * @param nanos a clock that only runs forward, as {@link System#nanoTime}
     */
    DriftRepairer(Host host, boolean repairing, LongSupplier nanos) {
        this.host = host;
        this.repairing = repairing;
        this.nanos = nanos;
    }

    /**
     * Looks once, and mends what may be mended now.
     *
     * @return when to look again even if nothing changes
     */
    Duration look() {
        Duration next = UNPROMPTED;
        try {
            Plan plan = host.plan();
            Set<ResourceId> differing = plan.isApplicable() ? ids(plan) : Set.of();
            pacing.held(differing, nanos.getAsLong()).ifPresent(DriftRepairer::tellEnd);
            if (!repairing) {
                tellDifferences(plan);
            } else {
                tellConflicts(plan);
                next = differing.isEmpty() ? UNPROMPTED : mend(differing);
            }
            next = min(next, untilHeld());
            failures = 0;
            failure = "";
        } catch (BackendException | UnresolvableException e) {
            // Told to end while it mended, which is no failure.
            next = Thread.currentThread().isInterrupted() ? UNPROMPTED : failed(String.valueOf(e.getMessage()));
        }
        repairs = new DriftWatch.Repairs(repairs.count(), pacing.foughtOver());
        return next;
    }

    /** What was mended so far. */
    DriftWatch.Repairs repairs() {
        return repairs;
    }

    private Duration mend(Set<ResourceId> differing) throws BackendException, UnresolvableException {
        Duration wait = pacing.wait(differing, nanos.getAsLong());
        // Whether or not its wait is over by now: on a slow host it may always be.
        pacing.begun(differing).ifPresent(DriftRepairer::tellBegin);
        if (!wait.isZero()) {
            return wait;
        }
        LOG.debug("the host may not be as it should be: {}", named(differing));
        Set<ResourceId> mended = differing;
        try {
            ApplyReport report = host.apply();
            // A peer that has moved meanwhile may have been all that was seen.
            mended = ids(report.plan());
            if (!mended.isEmpty()) {
                repairs = new DriftWatch.Repairs(repairs.count() + 1, pacing.foughtOver());
            }
            return report.converged() ? UNPROMPTED : RepairBackoff.FIRST_WAIT;
        } finally {
            pacing.repaired(mended, nanos.getAsLong());
        }
    }

    private static Set<ResourceId> ids(Plan plan) {
        return plan.changes().stream().map(Change::id).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Tells why once, and has the host looked at again soon, then less and less often. */
    private Duration failed(String why) {
        if (!why.equals(failure)) {
            Event.DRIFT_UNSEEN.log(LOG, why);
        }
        failure = why;
        long wait = RepairBackoff.FIRST_WAIT.toNanos() << Math.min(failures++, 10);
        return min(Duration.ofNanos(wait), RepairBackoff.LONGEST_WAIT);
    }

    private Duration untilHeld() {
        OptionalLong end = pacing.nextHeld();
        return end.isEmpty() ? UNPROMPTED : Duration.ofNanos(Math.max(0, end.getAsLong() - nanos.getAsLong()));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void tellBegin(RepairBackoff.Fight fight) {
        Event.DRIFT_FOUGHT.log(
                LOG,
                named(fight.over()),
                fight.repairs(),
                fight.lasting().toSeconds() + 1,
                RepairBackoff.LONGEST_WAIT.toSeconds());
    }

    private static void tellEnd(RepairBackoff.Fight fight) {
        Event.DRIFT_SETTLED.log(
                LOG, named(fight.over()), fight.repairs(), fight.lasting().toSeconds() + 1);
    }

    private static String named(Collection<ResourceId> ids) {
        String first =
                ids.stream().map(ResourceId::toString).sorted().limit(NAMED).collect(Collectors.joining(", "));
        return ids.size() > NAMED ? first + " and " + (ids.size() - NAMED) + " more" : first;
    }

    /** Only what was not told last. */
    private void tellConflicts(Plan plan) {
        List<String> conflicts =
                plan.conflicts().stream().map(Conflict::toString).toList();
        if (!conflicts.equals(reported)) {
            plan.conflicts()
                    .forEach(conflict -> Event.APPLY_CONFLICT.log(
                            LOG, conflict.resource(), conflict.obstacle() + " (" + conflict.remedy() + ")"));
        }
        reported = conflicts;
    }

    /** Only what was not told last. */
    private void tellDifferences(Plan plan) {
        List<String> differs = plan.changes().stream()
                .map(change -> change.action().sign() + " " + change.id())
                .toList();
        if (differs.equals(reported)) {
            return;
        }
        reported = differs;
        if (differs.isEmpty()) {
            Event.DRIFT_GONE.log(LOG);
        } else {
            Event.DRIFT_FOUND.log(LOG, differs);
        }
    }
}
