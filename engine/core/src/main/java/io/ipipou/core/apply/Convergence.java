package io.ipipou.core.apply;

import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.Obstacle;
import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.Planner;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Executes plans and verifies the result. Nothing else writes to the kernel. */
record Convergence(Backend backend) {

    /** How often a host is planned again that another program changes during an apply. */
    private static final int ATTEMPTS = 3;

    /** Makes plans from newly read states, each without conflicts. */
    @FunctionalInterface
    interface Planning {
        Plan plan(ObservedState observed) throws BackendException;

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
        return planning.plan(backend.observe());
    }

    /**
     * Plans towards a state that does not depend on the host. What is in the way of a resource defers that resource.
     *
     * @param alsoManaged as {@link Planner#plan}
     */
    Planning towards(DesiredState state, Set<FouListener> alsoManaged) {
        return observed -> {
            Plan plan = checked(Planner.plan(state, observed, alsoManaged));
            return plan.withDeferred(
                    plan.conflicts().stream().map(Convergence::deferral).toList(), List.of());
        };
    }

    static Deferral deferral(Conflict conflict) {
        return new Deferral(conflict.resource().id(), conflict.obstacle(), Optional.empty());
    }

    /**
     * Adds a conflict for each operation that the backend does not support, and for each route that one which is not managed
     * is in the way of: outside the main table they are only read where a route is missing.
     */
    Plan checked(Plan plan) throws BackendException {
        List<Conflict> unsupported = plan.operations().stream()
                .flatMap(operation -> backend
                        .validate(operation)
                        .map(why -> new Conflict(
                                operation.subject(), new Obstacle(why, "set settings.backend to another backend")))
                        .stream())
                .toList();
        return plan.withConflicts(unsupported).withConflicts(inOtherTables(plan));
    }

    private List<Conflict> inOtherTables(Plan plan) throws BackendException {
        Map<Integer, List<Route>> missing = plan.operations().stream()
                .filter(operation -> operation.verb() == Verb.CREATE)
                .map(Operation::subject)
                .filter(Route.class::isInstance)
                .map(Route.class::cast)
                .filter(route -> route.table() != Route.TABLE_MAIN)
                .collect(Collectors.groupingBy(Route::table));
        List<Conflict> conflicts = new ArrayList<>();
        for (Map.Entry<Integer, List<Route>> table : missing.entrySet()) {
            Map<Route.Key, Route> foreign = backend.routesIn(table.getKey()).stream()
                    .filter(route -> route.protocol() != Route.PROTOCOL_IPIPOU)
                    .collect(Collectors.toMap(Route::key, route -> route, (one, other) -> one));
            for (Route route : table.getValue()) {
                Optional.ofNullable(foreign.get(route.key()))
                        .ifPresent(other -> conflicts.add(Conflict.of(route, other)));
            }
        }
        return conflicts;
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
