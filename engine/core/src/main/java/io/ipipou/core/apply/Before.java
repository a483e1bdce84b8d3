package io.ipipou.core.apply;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.Gate;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a plan finds on a host that is ours, to go back to. Going back is planned from a fresh look, so that it is right
 * whatever part of the plan was done.
 *
 * @param state ours alone; what is foreign is neither removed nor made again
 * @param made listeners that the plan makes: nothing in the kernel tells such a one from a foreign one until its link is
 *     there
 */
record Before(DesiredState state, Set<FouListener> made) {

    static Before of(ObservedState observed, Plan plan) {
        Map<LinkName, IpipLink> links = observed.links().values().stream()
                .filter(link -> link.mark().isOurs())
                .collect(Collectors.toMap(IpipLink::name, link -> link));
        Optional<NftTable> table = observed.table().filter(Gate::isOurs);
        Set<FouListener> deleted = listeners(plan, Verb.DELETE);
        Set<Integer> ports = links.values().stream()
                .map(link -> link.encap().sourcePort())
                .collect(Collectors.toCollection(HashSet::new));
        if (table.isPresent()) {
            observed.elements().stream()
                    .filter(element -> element.set().equals(Gate.LISTENERS))
                    .forEach(element -> ports.add(
                            element.key().get(element.key().size() - 1).bits()));
        }
        DesiredState state = new DesiredState(
                links,
                observed.listeners().stream()
                        .filter(listener -> ports.contains(listener.port()) || deleted.contains(listener))
                        .collect(Collectors.toSet()),
                observed.addresses().stream()
                        .filter(address -> address.isAlias() || links.containsKey(address.link()))
                        .map(Before::labelled)
                        .collect(Collectors.toSet()),
                observed.routes().stream()
                        .filter(route ->
                                route.device().filter(links::containsKey).isPresent())
                        .filter(route ->
                                route.protocol() == Route.PROTOCOL_BOOT || route.protocol() == Route.PROTOCOL_STATIC)
                        .collect(Collectors.toSet()),
                table,
                table.isPresent() ? observed.elements() : Set.of());
        return new Before(state, listeners(plan, Verb.CREATE));
    }

    /** What this run goes back to, where another died that set out from there. */
    Before from(Journal.Entry unfinished) {
        return new Before(
                unfinished.before(),
                Stream.concat(made.stream(), unfinished.made().stream()).collect(Collectors.toSet()));
    }

    private static Set<FouListener> listeners(Plan plan, Verb verb) {
        return plan.operations().stream()
                .filter(operation -> operation.verb() == verb)
                .map(Operation::subject)
                .filter(FouListener.class::isInstance)
                .map(FouListener.class::cast)
                .collect(Collectors.toSet());
    }

    /** Plans leave labels on our links alone, and name each as its link. */
    private static LinkAddress labelled(LinkAddress address) {
        return address.isAlias()
                ? address
                : new LinkAddress(
                        address.link(),
                        address.address(),
                        address.peer(),
                        address.prefixLength(),
                        address.link().value());
    }
}
