package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.LearntEndpoint;
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
     * The way to the desired state.
     *
     * @param claimed listeners that are ours though nothing in the kernel says so, since they stand without a link: what
     *     is not desired of them goes, unless a foreign link sends from its port
     */
    public static Plan plan(DesiredState desired, ObservedState observed, Set<FouListener> claimed) {
        PlanBuilder builder = new PlanBuilder();
        ManagedObjects ours = ManagedObjects.of(observed);
        new GateDiff(desired, observed).addTo(builder);
        LinkDiff links = LinkDiff.of(desired, observed, ours);
        links.addTo(builder);
        new ListenerDiff(desired, observed, ours, claimed).addTo(builder);
        new AddressDiff(desired, observed, ours, links).addTo(builder);
        new RouteDiff(desired, observed, ours, links).addTo(builder);
        return builder.build();
    }

    /**
     * The way to a host that has nothing of ours.
     *
     * @param claimed listeners the file names, as for {@link #plan}
     */
    public static Plan planDestroy(Set<FouListener> claimed, ObservedState observed) {
        return plan(DesiredState.NOTHING, observed, claimed);
    }

    /**
     * The way of one tunnel to where its peer is now. Only what that tunnel is made of is looked at, so that it costs the
     * same however many there are.
     *
     * @param before where it was, empty when the tunnel is not there yet
     * @param table the gate, which stays as it is
     */
    public static Plan planMove(
            RoamingTunnel tunnel, Optional<LearntEndpoint> before, LearntEndpoint after, NftTable table) {
        ObservedState there = before.map(learnt -> tunnel.stateAt(learnt, table).asObserved())
                .orElse(tunnel.stateWithoutPeer(table).asObserved());
        Plan plan = plan(tunnel.stateAt(after, table), there, Set.of());
        return before.filter(learnt -> learnt.admitted()
                        && after.admitted()
                        && learnt.endpoint().equals(after.endpoint()))
                .map(learnt -> renewal(tunnel, learnt, after))
                .filter(renewal -> plan.isEmpty())
                .orElse(plan);
    }

    /** An endpoint that stays admitted: all there is to do is to set its time anew. */
    private static Plan renewal(RoamingTunnel tunnel, LearntEndpoint before, LearntEndpoint after) {
        PlanBuilder plan = new PlanBuilder();
        NftElement renewed = tunnel.admission(after).orElseThrow();
        plan.change(Change.update(tunnel.admission(before).orElseThrow(), renewed, false));
        plan.write(Phase.ADMIT, Operation.update(tunnel.admission(before).orElseThrow(), renewed));
        return plan.build();
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
