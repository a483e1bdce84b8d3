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
 * How the host compares with the configuration, and what was done about it since the agent started.
 *
 * @param converged applies after which the host matched the configuration
 * @param failed applies after which it did not
 * @param repaired resources that the agent repaired
 * @param tunnels number of tunnels in each state at the last check; no entry for none
 * @param differing resources that differed at the last check
 */
public record ConvergenceStatus(long converged, long failed, long repaired, Map<State, Long> tunnels, long differing) {

    /** Of a tunnel with its addresses and routes. */
    public enum State {
        /** Matches the configuration. */
        OK,
        /** Exists, but differs from the configuration. */
        DIFFERS,
        /** In the configuration, but not on the host. */
        MISSING,
        /** On the host, but not in the configuration. */
        EXTRA
    }

    static final ConvergenceStatus NONE = new ConvergenceStatus(0, 0, 0, Map.of(), 0);

    /** After a check that planned this. */
    ConvergenceStatus checked(Resolution resolution, Plan plan) {
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

    ConvergenceStatus applied(boolean success) {
        return new ConvergenceStatus(
                converged + (success ? 1 : 0), failed + (success ? 0 : 1), repaired, tunnels, differing);
    }

    ConvergenceStatus repaired(long more) {
        return new ConvergenceStatus(converged, failed, repaired + more, tunnels, differing);
    }
}
