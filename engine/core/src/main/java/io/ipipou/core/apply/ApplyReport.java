package io.ipipou.core.apply;

import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * What an apply did.
 *
 * @param plan what it set out to do
 * @param outcomes what became of each kernel write, in order
 * @param remaining the plan that a last look at the host gave; empty when a write failed and nobody looked
 * @param rollback how the host was taken back after a failure; empty when nothing failed or nothing was to be undone
 */
public record ApplyReport(
        Plan plan, List<Outcome> outcomes, Optional<Plan> remaining, Optional<RollbackResult> rollback) {

    public ApplyReport {
        outcomes = List.copyOf(outcomes);
    }

    ApplyReport(Plan plan, List<Outcome> outcomes, Optional<Plan> remaining) {
        this(plan, outcomes, remaining, Optional.empty());
    }

    ApplyReport with(RollbackResult taken) {
        return new ApplyReport(plan, outcomes, remaining, Optional.of(taken));
    }

    /** Whether the host was seen to be as desired. */
    public boolean converged() {
        return remaining.map(Plan::isEmpty).orElse(false);
    }

    /** The writes that the kernel refused. */
    public List<Outcome> failures() {
        return withStatus(Outcome.Status.FAILED);
    }

    public List<Outcome> withStatus(Outcome.Status status) {
        return outcomes.stream().filter(outcome -> outcome.status() == status).toList();
    }
}
