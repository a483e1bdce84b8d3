package io.ipipou.core.apply;

import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.ObservedState;
import java.util.List;
import java.util.Optional;

/** Executes plans and verifies the result. Nothing else writes to the kernel. */
record Convergence(Backend backend) {

    /** How often a host is planned again that another program changes during an apply. */
    private static final int ATTEMPTS = 3;

    /** Makes a plan from a newly read state. */
    interface Planning {
        Plan plan(ObservedState observed) throws UnresolvableException;
    }

    Plan plan(Planning planning) throws BackendException, UnresolvableException {
        return checked(planning.plan(backend.observe()));
    }

    /** Adds a conflict for each operation that the backend does not support. */
    Plan checked(Plan plan) {
        List<Conflict> unsupported = plan.operations().stream()
                .flatMap(operation -> backend
                        .validate(operation)
                        .map(why -> new Conflict(operation.id(), why, "set settings.backend to another backend"))
                        .stream())
                .toList();
        return plan.withConflicts(unsupported);
    }

    List<Outcome> write(List<Operation> operations) throws BackendException {
        return backend.execute(operations);
    }

    /**
     * Executes plans until one is empty or a write fails, at most {@link #ATTEMPTS}.
     *
     * @param first the first plan
     * @param outcomes receives the outcome of every write, also when this throws
     */
    ApplyReport run(Planning planning, Plan first, List<Outcome> outcomes)
            throws BackendException, UnresolvableException {
        Plan current = first;
        for (int attempt = 0; attempt < ATTEMPTS && current.isApplicable(); attempt++) {
            List<Outcome> batch = write(current.operations());
            outcomes.addAll(batch);
            if (batch.stream().anyMatch(outcome -> outcome.status() == Outcome.Status.FAILED)) {
                return new ApplyReport(first, outcomes, Optional.empty());
            }
            current = plan(planning);
        }
        return new ApplyReport(first, outcomes, Optional.of(current));
    }
}
