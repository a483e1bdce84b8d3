package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;

/**
 * Computes what takes a host from an observed to a desired state. Pure: the same two states give the same plan, and
 * what is not ours never appears in an operation.
 */
public final class Planner {

    private Planner() {}

    /** The way to the desired state. */
    public static Plan plan(DesiredState desired, ObservedState observed) {
        return plan(desired, observed, Set.of());
    }

    /**
     * The way to a host that has nothing of ours.
     *
     * @param claimed listeners the file names: they go too where they stand without a link, unless a foreign link sends
     *     from their port
     */
    public static Plan planDestroy(Set<FouListener> claimed, ObservedState observed) {
        return plan(DesiredState.NOTHING, observed, claimed);
    }

    private static Plan plan(DesiredState desired, ObservedState observed, Set<FouListener> claimed) {
        PlanBuilder builder = new PlanBuilder();
        LinkDiff links = LinkDiff.of(desired, observed);
        links.addTo(builder);
        new ListenerDiff(desired, observed, claimed).addTo(builder);
        new AddressDiff(desired, observed, links).addTo(builder);
        new RouteDiff(desired, observed, links).addTo(builder);
        return builder.build();
    }

    /** Collects operations by phase and everything else in order. */
    static final class PlanBuilder {
        private final List<Change> changes = new ArrayList<>();
        private final EnumMap<Phase, List<Operation>> operations = new EnumMap<>(Phase.class);
        private final List<Conflict> conflicts = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        void change(Change change) {
            changes.add(change);
        }

        void write(Phase phase, Operation operation) {
            operations.computeIfAbsent(phase, p -> new ArrayList<>()).add(operation);
        }

        void conflict(Conflict conflict) {
            conflicts.add(conflict);
        }

        void note(String note) {
            notes.add(note);
        }

        Plan build() {
            return new Plan(
                    changes, operations.values().stream().flatMap(List::stream).toList(), conflicts, notes);
        }
    }
}
