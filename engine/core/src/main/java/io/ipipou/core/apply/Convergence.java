package io.ipipou.core.apply;

import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.Obstacle;
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

    /** Makes plans from newly read states. */
    @FunctionalInterface
    interface Planning {
        Plan plan(ObservedState observed);

        /**
         * Leaves out of later plans what needs these writes.
         *
         * @return whether the apply goes on without them
         */
        default boolean withhold(List<Outcome> refused) {
            return false;
        }

        /** Whether nothing needs the operation but what is withheld. */
        default boolean isWithheld(Operation operation) {
            return false;
        }
    }

    Plan plan(Planning planning) throws BackendException {
        return settled(planning.plan(backend.observe()));
    }

    /** The plan with a deferral in place of each conflict. */
    Plan settled(Plan plan) {
        List<Conflict> conflicts = checked(plan).conflicts();
        return conflicts.isEmpty()
                ? plan
                : plan.withDeferred(
                        conflicts.stream().map(Convergence::deferral).toList(), List.of());
    }

    static Deferral deferral(Conflict conflict) {
        return new Deferral(conflict.resource().id(), conflict.obstacle(), Optional.empty());
    }

    /** Adds a conflict for each operation that the backend does not support. */
    Plan checked(Plan plan) {
        List<Conflict> unsupported = plan.operations().stream()
                .flatMap(operation -> backend
                        .validate(operation)
                        .map(why -> new Conflict(
                                operation.subject(), new Obstacle(why, "set settings.backend to another backend")))
                        .stream())
                .toList();
        return plan.withConflicts(unsupported);
    }

    List<Outcome> write(List<Operation> operations) throws BackendException {
        return backend.execute(operations);
    }

    /**
     * Executes plans until one has no changes, or a write is refused without which the apply cannot go on; at most {@link #ATTEMPTS}.
     *
     * @param first the first plan
     * @param outcomes receives the outcome of every write, also when this throws
     */
    ApplyReport run(Planning planning, Plan first, List<Outcome> outcomes) throws BackendException {
        Plan current = first;
        for (int attempt = 0; attempt < ATTEMPTS && current.hasChanges(); attempt++) {
            if (!write(planning, current.operations(), outcomes)) {
                return new ApplyReport(first, outcomes, Optional.empty());
            }
            current = plan(planning);
        }
        return new ApplyReport(first, outcomes, Optional.of(current));
    }

    private boolean write(Planning planning, List<Operation> operations, List<Outcome> outcomes)
            throws BackendException {
        List<Operation> rest = operations;
        while (!rest.isEmpty()) {
            List<Outcome> batch = write(rest);
            List<Outcome> refused = with(Outcome.Status.FAILED, batch);
            if (!refused.isEmpty() && !planning.withhold(refused)) {
                outcomes.addAll(batch);
                return false;
            }
            List<Outcome> notAttempted = with(Outcome.Status.NOT_ATTEMPTED, batch);
            batch.stream()
                    .filter(outcome -> outcome.status() != Outcome.Status.NOT_ATTEMPTED)
                    .forEach(outcomes::add);
            rest = notAttempted.stream()
                    .map(Outcome::operation)
                    .filter(operation -> !planning.isWithheld(operation))
                    .toList();
        }
        return true;
    }

    private static List<Outcome> with(Outcome.Status status, List<Outcome> outcomes) {
        return outcomes.stream().filter(outcome -> outcome.status() == status).toList();
    }
}
