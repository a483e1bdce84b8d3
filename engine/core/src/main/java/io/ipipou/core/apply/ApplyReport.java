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
 */
public record ApplyReport(Plan plan, List<Outcome> outcomes, Optional<Plan> remaining) {

    public ApplyReport {
        outcomes = List.copyOf(outcomes);
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
