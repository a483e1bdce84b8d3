package io.ipipou.agent.converge;

import io.ipipou.core.desired.Resolution;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the host is as it should be, at the last look, and what was done about it since the agent started.
 *
 * @param converged times that it was converged
 * @param failed times that it could not be
 * @param repaired resources that somebody else had changed, and that were mended
 * @param tunnels how many of the file's and of ours on the host are in which state; none for no tunnels
 * @param differing resources that differ
 */
public record ConvergenceStatus(long converged, long failed, long repaired, Map<State, Long> tunnels, long differing) {

    /** Of a tunnel with its addresses and routes. */
    public enum State {
        /** As the file says. */
        OK,
        /** There, and not as the file says. */
        DIFFERS,
        /** In the file alone. */
        MISSING,
        /** On the host alone. */
        EXTRA
    }

    static final ConvergenceStatus NONE = new ConvergenceStatus(0, 0, 0, Map.of(), 0);

    ConvergenceStatus looked(Resolution resolution, Plan plan) {
        Map<String, State> states = new HashMap<>();
        resolution.state().links().keySet().stream().map(LinkName::value).forEach(name -> states.put(name, State.OK));
        for (Change change : plan.changes()) {
            if (change.id().kind().equals(IpipLink.KIND)) {
                states.put(change.id().name(), state(change.action()));
            } else {
                // Addresses and routes: their tunnel differs, unless it is missing or extra as a whole.
                Object device =
                        change.after().or(change::before).orElseThrow().fields().get("dev");
                states.computeIfPresent(
                        String.valueOf(device), (name, state) -> state == State.OK ? State.DIFFERS : state);
            }
        }
        Map<State, Long> tunnels = new EnumMap<>(State.class);
        states.values().forEach(state -> tunnels.merge(state, 1L, Long::sum));
        return new ConvergenceStatus(
                converged,
                failed,
                repaired,
                tunnels,
                plan.changes().size() + plan.conflicts().size());
    }

    private static State state(Change.Action action) {
        return switch (action) {
            case CREATE -> State.MISSING;
            case DELETE -> State.EXTRA;
            case UPDATE, REPLACE -> State.DIFFERS;
        };
    }

    ConvergenceStatus applied(boolean good) {
        return new ConvergenceStatus(converged + (good ? 1 : 0), failed + (good ? 0 : 1), repaired, tunnels, differing);
    }

    ConvergenceStatus repaired(long more) {
        return new ConvergenceStatus(converged, failed, repaired + more, tunnels, differing);
    }
}
