package io.ipipou.core.apply;

import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * The result of a rollback.
 *
 * @param outcomes of all kernel writes, in order
 * @param remaining what still differs from the state before the apply; empty when the state could not be read
 * @param error why the rollback ended early, for the operator; empty if it did not
 */
public record RollbackResult(List<Outcome> outcomes, Optional<Plan> remaining, Optional<String> error) {

    /** What operators read of a complete rollback. */
    public static final String COMPLETE = "rolled back and verified: the previous state is restored";

    public RollbackResult {
        outcomes = List.copyOf(outcomes);
    }

    /** Whether the host was verified to be as before the apply. */
    public boolean complete() {
        return remaining.map(Plan::isEmpty).orElse(false);
    }
}
