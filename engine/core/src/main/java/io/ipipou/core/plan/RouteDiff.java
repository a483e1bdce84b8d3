package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What becomes of the routes through our links. */
final class RouteDiff {

    private final Map<Route.Key, Route> desired;
    private final Map<Route.Key, List<Route>> observed;
    private final ManagedObjects ours;
    private final LinkDiff links;

    RouteDiff(DesiredState desired, ObservedState observed, ManagedObjects ours, LinkDiff links) {
        this.ours = ours;
        this.links = links;
        this.desired = desired.routes().stream().collect(Collectors.toMap(Route::key, Function.identity()));
        this.observed = observed.routes().stream().collect(Collectors.groupingBy(Route::key));
    }

    void addTo(Planner.PlanBuilder plan) {
        sorted(desired.values()).forEach(route -> converge(plan, route));
        observed.values().stream()
                .flatMap(List::stream)
                .filter(ours::has)
                .filter(route -> !desired.containsKey(route.key()))
                .sorted(ORDER)
                .forEach(route -> delete(plan, route));
    }

    private void converge(Planner.PlanBuilder plan, Route route) {
        List<Route> there = observed.getOrDefault(route.key(), List.of()).stream()
                .sorted(ORDER)
                .toList();
        if (there.contains(route)) {
            keep(plan, route);
            there.stream()
                    .filter(other -> !other.equals(route) && ours.has(other))
                    .forEach(other -> delete(plan, other));
        } else if (there.isEmpty()) {
            plan.change(Change.create(route));
            plan.write(Phase.CREATE_ROUTE, Operation.create(route));
        } else if (there.stream().allMatch(ours::has)) {
            move(plan, there.get(0), route);
            there.stream().skip(1).forEach(other -> delete(plan, other));
        } else {
            plan.conflict(inTheWay(
                    route,
                    there.stream().filter(other -> !ours.has(other)).findFirst().orElseThrow()));
        }
    }

    /** A route that is right comes back with its link where that is replaced. */
    private void keep(Planner.PlanBuilder plan, Route route) {
        if (!links.keeps(linkOf(route))) {
            plan.change(Change.replace(route, route));
            plan.write(Phase.CREATE_ROUTE, Operation.create(route));
        }
    }

    private void move(Planner.PlanBuilder plan, Route before, Route after) {
        plan.change(Change.update(before, after, false));
        if (links.isReady(linkOf(after))) {
            plan.write(Phase.MOVE_ROUTE, Operation.update(before, after));
        } else if (links.keeps(linkOf(before))) {
            plan.write(Phase.CREATE_ROUTE, Operation.update(before, after));
        } else {
            plan.write(Phase.CREATE_ROUTE, Operation.create(after));
        }
    }

    private void delete(Planner.PlanBuilder plan, Route route) {
        plan.change(Change.delete(route));
        if (links.keeps(linkOf(route))) {
            plan.write(Phase.DELETE_ROUTE, Operation.delete(route));
        } else if (links.manyGo()) {
            plan.write(Phase.WITHDRAW_ROUTE, Operation.delete(route));
        }
    }

    private static LinkName linkOf(Route route) {
        return route.device().orElseThrow();
    }

    private static Conflict inTheWay(Route wanted, Route there) {
        return new Conflict(
                wanted.id(),
                "a route to " + wanted.destination() + " is there and is not ours: " + there.fields(),
                "take it out of the file, or delete it with: ip route del " + wanted.destination());
    }

    private static final Comparator<Route> ORDER = Comparator.comparing(Route::destination)
            .thenComparing(Route::metric, Integer::compareUnsigned)
            .thenComparing(Route::toString);

    private static List<Route> sorted(Collection<Route> routes) {
        return routes.stream().sorted(ORDER).toList();
    }
}
