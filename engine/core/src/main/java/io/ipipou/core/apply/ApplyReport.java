package io.ipipou.core.apply;

import io.ipipou.core.desired.Deferral;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * The result of an apply.
 *
 * @param plan what it planned to do
 * @param outcomes of all kernel writes, in order
 * @param remaining what still differs, from a plan made after the last write; empty when the apply stopped at a refused write
 * @param rollback the result of the rollback; empty without one
 */
public record ApplyReport(
        Plan plan, List<Outcome> outcomes, Optional<Plan> remaining, Optional<RollbackResult> rollback) {

    public ApplyReport {
        outcomes = List.copyOf(outcomes);
    }

    ApplyReport(Plan plan, List<Outcome> outcomes, Optional<Plan> remaining) {
        this(plan, outcomes, remaining, Optional.empty());
    }

    ApplyReport withRollback(RollbackResult result) {
        return new ApplyReport(plan, outcomes, remaining, Optional.of(result));
    }

    /** Whether the host was verified to match the configuration, except for what is deferred. */
    public boolean converged() {
        return remaining.filter(plan -> !plan.hasChanges()).isPresent();
    }

    /** Whether the host {@link #converged}, and the kernel refused nothing. */
    public boolean succeeded() {
        return converged() && failures().isEmpty();
    }

    /** What the file asks for and the host cannot have now. */
    public List<Deferral> deferred() {
        return remaining.orElse(plan).deferred();
    }

    /** The writes that the kernel refused. */
    public List<Outcome> failures() {
        return withStatus(Outcome.Status.FAILED);
    }

    public List<Outcome> withStatus(Outcome.Status status) {
        return outcomes.stream().filter(outcome -> outcome.status() == status).toList();
    }
}
