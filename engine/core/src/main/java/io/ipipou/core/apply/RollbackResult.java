package io.ipipou.core.apply;

import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * What became of taking a host back to what it was before an apply that failed.
 *
 * @param outcomes what became of each kernel write, in order
 * @param remaining what still differs from before, as a last look at the host shows; empty when nobody could look
 * @param error why it ended early, for the operator; empty when the kernel could be talked to
 */
public record RollbackResult(List<Outcome> outcomes, Optional<Plan> remaining, Optional<String> error) {

    public RollbackResult {
        outcomes = List.copyOf(outcomes);
    }

    /** Whether the host was seen to be as before. */
    public boolean complete() {
        return remaining.map(Plan::isEmpty).orElse(false);
    }
}
