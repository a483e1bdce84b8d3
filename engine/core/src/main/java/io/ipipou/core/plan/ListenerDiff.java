package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What becomes of each FOU listener. One is ours when its port is, and no foreign link sends from it. */
final class ListenerDiff {

    private final DesiredState desired;
    private final ObservedState observed;
    private final Set<FouListener> claimed;
    private final ManagedObjects ours;
    private final Set<Integer> foreignPorts;

    ListenerDiff(DesiredState desired, ObservedState observed, ManagedObjects ours, Set<FouListener> claimed) {
        this.desired = desired;
        this.observed = observed;
        this.claimed = claimed;
        this.ours = ours;
        this.foreignPorts = observed.links().values().stream()
                .filter(link -> !link.mark().isManaged())
                .map(link -> link.encap().sourcePort())
                .collect(Collectors.toSet());
    }

    void addTo(Planner.PlanBuilder plan) {
        sorted(observed.listeners()).forEach(listener -> addExisting(plan, listener));
        sorted(desired.listeners()).stream()
                .filter(listener -> !observed.listeners().contains(listener))
                .forEach(listener -> addMissing(plan, listener));
    }

    private void addExisting(Planner.PlanBuilder plan, FouListener listener) {
        boolean isOurs = ours.hasPort(listener.port()) || claimed.contains(listener);
        if (desired.listeners().contains(listener) || !isOurs) {
            return;
        }
        if (foreignPorts.contains(listener.port())) {
            plan.note(listener.id() + " stays: a link that is not ours sends from its port");
            return;
        }
        plan.change(Change.delete(listener));
        plan.write(Phase.DELETE_LISTENER, Operation.delete(listener));
    }

    private void addMissing(Planner.PlanBuilder plan, FouListener listener) {
        List<FouListener> samePort = sorted(observed.listeners()).stream()
                .filter(other -> other.port() == listener.port())
                .toList();
        boolean samePortGoes =
                ours.hasPort(listener.port()) && !foreignPorts.contains(listener.port()) && !samePort.isEmpty();
        if (!samePort.isEmpty() && !samePortGoes) {
            plan.conflict(new Conflict(
                    listener.id(),
                    "port " + listener.port() + " is a FOU port of another kind that is not ours: "
                            + samePort.get(0).fields(),
                    "use another port, or delete it with: ip fou del"));
        } else if (samePort.isEmpty() && observed.udpPorts().contains(listener.port())) {
            plan.conflict(new Conflict(
                    listener.id(),
                    "UDP port " + listener.port() + " is held by another program",
                    "use another port, or stop what this shows: ss -uanp sport = :" + listener.port()));
        } else {
            plan.change(Change.create(listener));
            plan.write(Phase.CREATE_LISTENER, Operation.create(listener));
        }
    }

    private static List<FouListener> sorted(Set<FouListener> listeners) {
        return listeners.stream()
                .sorted(Comparator.comparing(FouListener::port).thenComparing(FouListener::toString))
                .toList();
    }
}
