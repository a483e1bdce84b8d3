package io.ipipou.core.apply;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.plan.ManagedObjects;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a plan finds on a host that is ours, to go back to. Going back is planned from a fresh look, so that it is right
 * whatever part of the plan was done.
 *
 * @param state ours alone; what is foreign is neither removed nor made again
 * @param createdListeners listeners that the plan makes: nothing in the kernel tells such a one from a foreign one until its link is
 *     there
 */
record Snapshot(DesiredState state, Set<FouListener> createdListeners) {

    static Snapshot of(ObservedState observed, Plan plan) {
        ManagedObjects ours = ManagedObjects.of(observed);
        Set<FouListener> deleted = listeners(plan, Verb.DELETE);
        DesiredState state = new DesiredState(
                ours.links(),
                observed.listeners().stream()
                        .filter(listener -> ours.hasPort(listener.port()) || deleted.contains(listener))
                        .collect(Collectors.toSet()),
                observed.addresses().stream()
                        .filter(ours::has)
                        .map(ManagedObjects::withoutLabel)
                        .collect(Collectors.toSet()),
                observed.routes().stream().filter(ours::has).collect(Collectors.toSet()),
                ours.table(),
                ours.table().isPresent() ? observed.elements() : Set.of());
        return new Snapshot(state, listeners(plan, Verb.CREATE));
    }

    /** What this run goes back to, where another died that set out from there. */
    Snapshot from(Journal.Entry unfinished) {
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
