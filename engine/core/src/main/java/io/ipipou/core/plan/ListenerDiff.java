package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.ManagedObjects;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Plans the FOU listeners. One is managed when its port is, unless an unmanaged link sends from that port. */
final class ListenerDiff {

    private final DesiredState desired;
    private final ObservedState observed;
    private final Set<FouListener> alsoManaged;
    private final ManagedObjects managed;
    private final Set<Integer> unmanagedPorts;

    ListenerDiff(DesiredState desired, ObservedState observed, ManagedObjects managed, Set<FouListener> alsoManaged) {
        this.desired = desired;
        this.observed = observed;
        this.alsoManaged = alsoManaged;
        this.managed = managed;
        this.unmanagedPorts = observed.links().values().stream()
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
        boolean isManaged = managed.hasPort(listener.port()) || alsoManaged.contains(listener);
        if (desired.listeners().contains(listener) || !isManaged) {
            return;
        }
        if (unmanagedPorts.contains(listener.port())) {
            plan.note(listener.id() + " stays: a link that is not managed by ipipou sends from its port");
            return;
        }
        plan.change(Change.delete(listener));
        plan.write(Phase.DELETE_LISTENER, Operation.delete(listener));
    }

    private void addMissing(Planner.PlanBuilder plan, FouListener listener) {
        List<FouListener> samePort = sorted(observed.listeners()).stream()
                .filter(other -> other.port() == listener.port())
                .toList();
        boolean isReplaced =
                managed.hasPort(listener.port()) && !unmanagedPorts.contains(listener.port()) && !samePort.isEmpty();
        if (!samePort.isEmpty() && !isReplaced) {
            plan.conflict(new Conflict(
                    listener,
                    "port " + listener.port() + " is a FOU port of another kind and not managed by ipipou: "
                            + samePort.get(0).fields(),
                    "use another port, or delete it with: ip fou del port " + listener.port()));
        } else if (samePort.isEmpty() && observed.udpPorts().contains(listener.port())) {
            plan.conflict(new Conflict(
                    listener,
                    "UDP port " + listener.port() + " is held by another program",
                    "find it with: ss -uanp sport = :" + listener.port()));
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
