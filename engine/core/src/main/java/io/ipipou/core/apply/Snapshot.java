package io.ipipou.core.apply;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.ManagedObjects;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The managed objects before an apply. A rollback plans from the state it reads then to this one, so it works whichever
 * part of the apply was done.
 *
 * @param state the managed objects
 * @param createdListeners listeners that the apply creates: until their link exists, nothing in the kernel shows that
 *     ipipou manages them
 */
record Snapshot(DesiredState state, Set<FouListener> createdListeners) {

    static Snapshot of(ObservedState observed, Plan plan) {
        ManagedObjects managed = ManagedObjects.of(observed);
        Set<FouListener> deleted = listeners(plan, Verb.DELETE);
        DesiredState state = new DesiredState(
                managed.links(),
                observed.listeners().stream()
                        .filter(listener -> managed.hasPort(listener.port()) || deleted.contains(listener))
                        .collect(Collectors.toSet()),
                observed.addresses().stream()
                        .filter(managed::has)
                        .map(ManagedObjects::normalized)
                        .collect(Collectors.toCollection(LinkedHashSet::new)),
                observed.routes().stream().filter(managed::has).collect(Collectors.toSet()),
                managed.table(),
                managed.table().isPresent() ? observed.elements() : Set.of());
        return new Snapshot(state, listeners(plan, Verb.CREATE));
    }

    /** The state to roll back to where an earlier apply did not finish: that from before the earlier one. */
    Snapshot continuing(Journal.Entry unfinished) {
        return new Snapshot(
                unfinished.before(),
                Stream.concat(createdListeners.stream(), unfinished.createdListeners().stream())
                        .collect(Collectors.toSet()));
    }

    private static Set<FouListener> listeners(Plan plan, Verb verb) {
        return plan.operations().stream()
                .filter(operation -> operation.verb() == verb)
                .map(Operation::subject)
                .filter(FouListener.class::isInstance)
                .map(FouListener.class::cast)
                .collect(Collectors.toSet());
    }
}
