package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.ManagedObjects;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans how a host gets from its observed to its desired state. A pure function: the same states give the same plan.
 * Objects that ipipou does not manage are in no operation.
 */
public final class Planner {

    private Planner() {}

    /**
     * The plan for the desired state.
     *
     * @param alsoManaged listeners to treat as managed although the kernel does not show that they are, because no link
     *     sends from their port; deleted unless desired, or unless an unmanaged link sends from that port
     */
    public static Plan plan(DesiredState desired, ObservedState observed, Set<FouListener> alsoManaged) {
        PlanBuilder builder = new PlanBuilder();
        ManagedObjects managed = ManagedObjects.of(observed);
        new GateDiff(desired, observed).addTo(builder);
        LinkDiff links = LinkDiff.of(desired, observed, managed);
        links.addTo(builder);
        new ListenerDiff(desired, observed, managed, alsoManaged).addTo(builder);
        new AddressDiff(desired, observed, managed, links).addTo(builder);
        new RouteDiff(desired, observed, managed, links).addTo(builder);
        return builder.build();
    }

    /**
     * The plan for one tunnel whose peer moved. It considers only what belongs to the tunnel, so its cost does not
     * depend on the number of tunnels.
     *
     * @param before where the peer was; empty when the tunnel does not exist yet
     * @param table the gate's table, which does not change
     */
    public static Plan planMove(
            RoamingTunnel tunnel, Optional<LearntEndpoint> before, LearntEndpoint after, NftTable table) {
        ObservedState observed = before.map(learnt -> tunnel.stateAt(learnt, table))
                .orElse(tunnel.stateWithoutPeer(table))
                .asObserved();
        Plan plan = plan(tunnel.stateAt(after, table), observed, Set.of());
        return before.filter(learnt -> learnt.admitted()
                        && after.admitted()
                        && learnt.endpoint().equals(after.endpoint()))
                .map(learnt -> renewal(tunnel, learnt, after))
                .filter(renewal -> plan.isEmpty())
                .orElse(plan);
    }

    /** Restarts the timeout of an endpoint that stays admitted. */
    private static Plan renewal(RoamingTunnel tunnel, LearntEndpoint before, LearntEndpoint after) {
        NftElement admitted = tunnel.admission(before).orElseThrow();
        NftElement renewed = tunnel.admission(after).orElseThrow();
        PlanBuilder plan = new PlanBuilder();
        plan.change(Change.update(admitted, renewed, false));
        plan.write(Phase.ADMIT, Operation.update(admitted, renewed));
        return plan.build();
    }

    /** Collects the parts of a plan, and sorts operations by phase. */
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
                    changes, operations.values().stream().flatMap(List::stream).toList(), conflicts, List.of(), notes);
        }
    }
}
