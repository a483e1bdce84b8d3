package io.ipipou.core.apply;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Problem;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.HostResolver;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.Obstacle;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.Withheld;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.Planner;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Plans what a configuration asks for. Tunnels and routes that something is in the way of, or for which the kernel refuses a
 * write, are withheld from then on, so that they delay no other.
 */
final class FilePlanning implements Convergence.Planning {

    /** What happens to a tunnel when the kernel refuses one of its writes. */
    enum OnRefusal {
        /** It stays as it is then. */
        LEAVE,
        /** It goes back to its state before the apply. */
        ROLL_BACK_TUNNEL,
        /** The whole apply ends. */
        STOP
    }

    private final Config config;
    private final AuthSchemes schemes;
    private final Convergence convergence;
    private final Supplier<Map<String, NameAnswer>> names;
    private final EndpointLookup endpoints;
    private final Set<FouListener> leftBehind;
    private final OnRefusal onRefusal;
    private Withheld withheld = Withheld.NOTHING;
    private Optional<Resolution> resolution = Optional.empty();

    /** @param leftBehind listeners of an apply that did not finish */
    FilePlanning(
            Config config,
            AuthSchemes schemes,
            Convergence convergence,
            Supplier<Map<String, NameAnswer>> names,
            EndpointLookup endpoints,
            Set<FouListener> leftBehind,
            OnRefusal onRefusal) {
        this.config = config;
        this.schemes = schemes;
        this.convergence = convergence;
        this.names = names;
        this.endpoints = endpoints;
        this.leftBehind = leftBehind;
        this.onRefusal = onRefusal;
    }

    @Override
    public Plan plan(ObservedState observed) throws BackendException {
        if (onRefusal == OnRefusal.ROLL_BACK_TUNNEL && withheld.before().isEmpty()) {
            withheld = withheld.goingBackTo(observed);
        }
        while (true) {
            Resolution resolved = HostResolver.resolve(
                    config, schemes, observed, names.get(), endpoints, withheld, convergence.backend()::routeTo);
            resolution = Optional.of(resolved);
            Plan plan = convergence.checked(Planner.plan(resolved.state(), observed, leftBehind));
            Withheld before = withheld;
            List<Deferral> deferred = new ArrayList<>(resolved.deferred());
            for (Conflict conflict : plan.conflicts()) {
                if (!withhold(resolved, conflict.resource(), conflict.obstacle())) {
                    deferred.add(Convergence.deferral(conflict));
                }
            }
            if (withheld.equals(before)) {
                return plan.withDeferred(
                        deferred,
                        resolved.warnings().stream().map(Problem::toString).toList());
            }
        }
    }

    /** The state that the last plan leads to; empty before the first. */
    Optional<Resolution> resolution() {
        return resolution;
    }

    @Override
    public boolean withhold(List<Outcome> refused) {
        boolean ends = onRefusal == OnRefusal.STOP
                || refused.stream()
                        .anyMatch(outcome -> outcome.refusal().orElseThrow().is(Errno.EPERM));
        if (!ends) {
            Resolution resolved = resolution.orElseThrow();
            refused.forEach(outcome -> withhold(resolved, outcome.operation().subject(), obstacle(outcome)));
        }
        return !ends;
    }

    private static Obstacle obstacle(Outcome outcome) {
        Operation operation = outcome.operation();
        return new Obstacle(
                "the kernel refused to " + operation.verb().name().toLowerCase(Locale.ROOT) + " " + operation.id()
                        + ": " + outcome.refusal().orElseThrow(),
                "");
    }

    /** @return whether something is withheld that was not before */
    private boolean withhold(Resolution resolved, Resource resource, Obstacle obstacle) {
        Withheld before = withheld;
        withheld = resource instanceof Route route
                ? withheld.with(route.key(), obstacle)
                : withheld.with(resolved.neededBy(resource), obstacle);
        return !withheld.equals(before);
    }

    @Override
    public boolean isWithheld(Operation operation) {
        if (operation.subject() instanceof Route route && withheld.routes().containsKey(route.key())) {
            return true;
        }
        Set<LinkName> needing = resolution.orElseThrow().neededBy(operation.subject());
        return !needing.isEmpty() && withheld.tunnels().keySet().containsAll(needing);
    }
}
