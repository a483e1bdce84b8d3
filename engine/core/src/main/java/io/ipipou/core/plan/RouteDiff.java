package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.ManagedObjects;
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

/** Plans the routes through managed links. */
final class RouteDiff {

    private final Map<Route.Key, Route> desired;
    private final Map<Route.Key, List<Route>> observed;
    private final ManagedObjects managed;
    private final LinkDiff links;

    RouteDiff(DesiredState desired, ObservedState observed, ManagedObjects managed, LinkDiff links) {
        this.managed = managed;
        this.links = links;
        this.desired = desired.routes().stream().collect(Collectors.toMap(Route::key, Function.identity()));
        this.observed = observed.routes().stream().collect(Collectors.groupingBy(Route::key));
    }

    void addTo(Planner.PlanBuilder plan) {
        sorted(desired.values()).forEach(route -> converge(plan, route));
        observed.values().stream()
                .flatMap(List::stream)
                .filter(managed::has)
                .filter(route -> !desired.containsKey(route.key()))
                .sorted(ORDER)
                .forEach(route -> delete(plan, route));
    }

    private void converge(Planner.PlanBuilder plan, Route route) {
        List<Route> existing = observed.getOrDefault(route.key(), List.of()).stream()
                .sorted(ORDER)
                .toList();
        if (existing.contains(route)) {
            keep(plan, route);
            existing.stream()
                    .filter(other -> !other.equals(route) && managed.has(other))
                    .forEach(other -> delete(plan, other));
        } else if (existing.isEmpty()) {
            plan.change(Change.create(route));
            plan.write(Phase.CREATE_ROUTE, Operation.create(route));
        } else if (existing.stream().allMatch(managed::has)) {
            move(plan, existing.get(0), route);
            existing.stream().skip(1).forEach(other -> delete(plan, other));
        } else {
            plan.conflict(Conflict.of(
                    route,
                    existing.stream()
                            .filter(other -> !managed.has(other))
                            .findFirst()
                            .orElseThrow()));
        }
    }

    /** The kernel deletes a replaced link's routes with the link. */
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
        } else if (links.deletesMany()) {
            plan.write(Phase.WITHDRAW_ROUTE, Operation.delete(route));
        }
    }

    private static LinkName linkOf(Route route) {
        return route.device().orElseThrow();
    }

    private static final Comparator<Route> ORDER = Comparator.comparing(Route::destination)
            .thenComparing(Route::table, Integer::compareUnsigned)
            .thenComparing(Route::metric, Integer::compareUnsigned)
            .thenComparing(Route::toString);

    private static List<Route> sorted(Collection<Route> routes) {
        return routes.stream().sorted(ORDER).toList();
    }
}
