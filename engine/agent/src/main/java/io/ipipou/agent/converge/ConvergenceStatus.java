package io.ipipou.agent.converge;

import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the host compares with the configuration, and what was done about it since the agent started.
 *
 * @param converged applies after which the host matched the configuration, but for what was deferred
 * @param failed applies after which it did not, or with refused writes
 * @param repaired resources that the agent repaired
 * @param tunnels number of tunnels in each state at the last check; no entry for none
 * @param differing resources that differed at the last check
 * @param deferred what the host could not have at the last check
 */
public record ConvergenceStatus(
        long converged, long failed, long repaired, Map<State, Long> tunnels, long differing, List<Deferral> deferred) {

    public ConvergenceStatus {
        deferred = List.copyOf(deferred);
    }

    /** Of a tunnel with its addresses and routes. */
    public enum State {
        /** Matches the configuration. */
        OK,
        /** Exists, but differs from the configuration. */
        DIFFERS,
        /** In the configuration, but not on the host. */
        MISSING,
        /** On the host, but not in the configuration. */
        EXTRA,
        /** In the configuration, but the host cannot have it now. */
        DEFERRED
    }

    static final ConvergenceStatus NONE = new ConvergenceStatus(0, 0, 0, Map.of(), 0, List.of());

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
        plan.deferred().stream()
                .map(Deferral::resource)
                .filter(resource -> resource.kind().equals(IpipLink.KIND))
                .forEach(resource -> states.put(resource.name(), State.DEFERRED));
        Map<State, Long> tunnels = new EnumMap<>(State.class);
        states.values().forEach(state -> tunnels.merge(state, 1L, Long::sum));
        return new ConvergenceStatus(
                converged, failed, repaired, tunnels, plan.changes().size(), plan.deferred());
    }

    /** What is up and what is not, for people: {@code 5 tunnels up, 2 deferred}. */
    public String summary() {
        List<String> parts = new ArrayList<>();
        long up = tunnels.getOrDefault(State.OK, 0L);
        parts.add(up == 1 ? "1 tunnel up" : up + " tunnels up");
        count(parts, tunnels.getOrDefault(State.DIFFERS, 0L), "differing");
        count(parts, tunnels.getOrDefault(State.MISSING, 0L), "missing");
        count(parts, tunnels.getOrDefault(State.EXTRA, 0L), "not in the configuration");
        count(parts, tunnels.getOrDefault(State.DEFERRED, 0L), "deferred");
        long routes = deferred.stream()
                .filter(deferral -> deferral.resource().kind().equals(Route.KIND))
                .count();
        count(parts, routes, routes == 1 ? "route deferred" : "routes deferred");
        return String.join(", ", parts);
    }

    private static void count(List<String> parts, long number, String what) {
        if (number > 0) {
            parts.add(number + " " + what);
        }
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
                converged + (success ? 1 : 0), failed + (success ? 0 : 1), repaired, tunnels, differing, deferred);
    }

    ConvergenceStatus repaired(long more) {
        return new ConvergenceStatus(converged, failed, repaired + more, tunnels, differing, deferred);
    }
}
