package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.ResourceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What becomes of the IPv4 addresses on our links, all of which are ours, and of the aliases. */
final class AddressDiff {

    private final Map<ResourceId, LinkAddress> desired = new LinkedHashMap<>();
    private final Map<ResourceId, List<LinkAddress>> observed = new LinkedHashMap<>();
    private final LinkDiff links;
    private final Set<Ipv4> foreign;

    AddressDiff(DesiredState desired, ObservedState observed, ManagedObjects ours, LinkDiff links) {
        this.links = links;
        this.foreign = observed.addresses().stream()
                .filter(address -> !ours.has(address))
                .map(LinkAddress::address)
                .collect(Collectors.toSet());
        sorted(desired.addresses()).forEach(address -> this.desired.put(address.id(), address));
        sorted(observed.addresses()).stream()
                .filter(ours::has)
                .map(ManagedObjects::withoutLabel)
                .forEach(address -> this.observed
                        .computeIfAbsent(address.id(), id -> new ArrayList<>())
                        .add(address));
    }

    void addTo(Planner.PlanBuilder plan) {
        observed.forEach((id, there) -> {
            if (!desired.containsKey(id)) {
                there.forEach(address -> delete(plan, address));
            }
        });
        desired.forEach((id, address) -> converge(plan, address, observed.getOrDefault(id, List.of())));
    }

    private void converge(Planner.PlanBuilder plan, LinkAddress address, List<LinkAddress> there) {
        if (address.isAlias() && foreign.contains(address.address())) {
            plan.conflict(new Conflict(
                    address.id(),
                    "this host has " + address.address() + " already, and not as an alias of ours",
                    "write another settings.aliasRange, or another tunnels.NAME.alias"));
            return;
        }
        boolean linkStays = stays(address);
        List<LinkAddress> others = new ArrayList<>(there);
        boolean right = others.remove(address);
        if (right && linkStays) {
            others.forEach(other -> delete(plan, other));
            return;
        }
        plan.write(Phase.CREATE_ADDRESS, Operation.create(address));
        if (right) {
            plan.change(Change.replace(address, address));
        } else if (others.isEmpty()) {
            plan.change(Change.create(address));
        } else {
            LinkAddress predecessor = others.remove(0);
            plan.change(Change.replace(predecessor, address));
            deleteFromKernel(plan, predecessor);
        }
        others.forEach(other -> delete(plan, other));
    }

    private void delete(Planner.PlanBuilder plan, LinkAddress address) {
        plan.change(Change.delete(address));
        deleteFromKernel(plan, address);
    }

    /** An address of a link that goes is gone with it. */
    private void deleteFromKernel(Planner.PlanBuilder plan, LinkAddress address) {
        if (stays(address)) {
            plan.write(Phase.DELETE_ADDRESS, Operation.delete(address));
        } else if (links.manyGo()) {
            plan.write(Phase.WITHDRAW_ADDRESS, Operation.delete(address));
        }
    }

    /** Whether the link that it is on stays; aliases are on a link that always does. */
    private boolean stays(LinkAddress address) {
        return address.isAlias() || links.keeps(address.link());
    }

    private static List<LinkAddress> sorted(Collection<LinkAddress> addresses) {
        return addresses.stream()
                .sorted(Comparator.comparing(LinkAddress::link)
                        .thenComparing(LinkAddress::address)
                        .thenComparing(LinkAddress::peer)
                        .thenComparing(LinkAddress::prefixLength))
                .toList();
    }
}
