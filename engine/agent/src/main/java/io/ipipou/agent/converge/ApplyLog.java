package io.ipipou.agent.converge;

import io.ipipou.agent.event.Event;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.state.ResourceId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** Logs what an agent applies. Thread-safe. */
final class ApplyLog {

    private final Logger log;
    private Set<Deferral> logged = Set.of();

    ApplyLog(Logger log) {
        this.log = log;
    }

    void plan(Plan plan) {
        plan.notes().forEach(note -> log.warn("{}", note));
        plan.changes()
                .forEach(change ->
                        Event.APPLY_CHANGE.log(log, change.action().name().toLowerCase(Locale.ROOT), change.id()));
    }

    /** Only what differs from what was last logged. */
    synchronized void deferred(List<Deferral> deferred) {
        deferred.stream()
                .filter(deferral -> !logged.contains(deferral))
                .forEach(deferral -> Event.APPLY_DEFERRED.log(log, deferral.resource(), deferral.reason()));
        Set<ResourceId> still = deferred.stream().map(Deferral::resource).collect(Collectors.toSet());
        logged.stream()
                .map(Deferral::resource)
                .filter(resource -> !still.contains(resource))
                .forEach(resource -> Event.APPLY_RESUMED.log(log, resource));
        logged = Set.copyOf(deferred);
    }

    void result(ApplyReport report) {
        deferred(report.deferred());
        Plan plan = report.plan();
        if (!report.converged()) {
            report.failures()
                    .forEach(outcome -> Event.APPLY_WRITE_REFUSED.log(
                            log, outcome.operation().id(), outcome.refusal().orElseThrow()));
            Event.APPLY_FAILED.log(log, report.failures().size());
        } else if (plan.hasChanges()) {
            Event.APPLY_DONE.log(
                    log,
                    plan.toAdd(),
                    plan.toChange(),
                    plan.toDestroy(),
                    report.deferred().size());
        }
    }
}
