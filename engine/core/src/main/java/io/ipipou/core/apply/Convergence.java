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

/** Takes a host to where a planning leads, and looks whether it is there. The one that writes to the kernel. */
record Convergence(Backend backend) {

    /** How often a host that changes underneath an apply is followed before that is an error. */
    private static final int ROUNDS = 3;

    /** How a plan is made, each time from a fresh look at the host. */
    interface Planning {
        Plan plan(ObservedState observed) throws UnresolvableException;
    }

    Plan plan(Planning planning) throws BackendException, UnresolvableException {
        return checked(planning.plan(backend.observe()));
    }

    /** With what this backend cannot do. */
    Plan checked(Plan plan) {
        List<Conflict> refused = plan.operations().stream()
                .flatMap(operation -> backend
                        .validate(operation)
                        .map(why -> new Conflict(operation.id(), why, "choose another backend with settings.backend"))
                        .stream())
                .toList();
        return plan.withConflicts(refused);
    }

    List<Outcome> write(List<Operation> operations) throws BackendException {
        return backend.execute(operations);
    }

    /**
     * Writes until a fresh plan is empty, or the kernel refuses, or it has been tried often enough.
     *
     * @param first the plan to begin with
     * @param outcomes is added to, also where this ends in an exception
     */
    ApplyReport run(Planning planning, Plan first, List<Outcome> outcomes)
            throws BackendException, UnresolvableException {
        Plan current = first;
        for (int round = 0; round < ROUNDS && current.isApplicable(); round++) {
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
