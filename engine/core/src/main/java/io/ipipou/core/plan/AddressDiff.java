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

/** Plans the addresses: aliases, and all addresses on managed links, whoever added them. */
final class AddressDiff {

    private final Map<ResourceId, LinkAddress> desired = new LinkedHashMap<>();
    private final Map<ResourceId, List<LinkAddress>> observed = new LinkedHashMap<>();
    private final LinkDiff links;
    private final Set<Ipv4> unmanaged;

    AddressDiff(DesiredState desired, ObservedState observed, ManagedObjects managed, LinkDiff links) {
        this.links = links;
        this.unmanaged = observed.addresses().stream()
                .filter(address -> !managed.has(address))
                .map(LinkAddress::address)
                .collect(Collectors.toSet());
        sorted(desired.addresses()).forEach(address -> this.desired.put(address.id(), address));
        sorted(observed.addresses()).stream()
                .filter(managed::has)
                .map(ManagedObjects::normalized)
                .forEach(address -> this.observed
                        .computeIfAbsent(address.id(), id -> new ArrayList<>())
                        .add(address));
    }

    void addTo(Planner.PlanBuilder plan) {
        observed.forEach((id, existing) -> {
            if (!desired.containsKey(id)) {
                existing.forEach(address -> delete(plan, address));
            }
        });
        desired.forEach((id, address) -> converge(plan, address, observed.getOrDefault(id, List.of())));
    }

    private void converge(Planner.PlanBuilder plan, LinkAddress address, List<LinkAddress> existing) {
        if (address.isAlias() && unmanaged.contains(address.address())) {
            plan.conflict(new Conflict(
                    address.id(),
                    "this host already has the address " + address.address() + ", and not as an alias of ipipou",
                    "use another settings.aliasRange or tunnels.NAME.alias"));
            return;
        }
        List<LinkAddress> others = new ArrayList<>(existing);
        boolean exists = others.remove(address);
        if (exists && linkStays(address)) {
            others.forEach(other -> delete(plan, other));
            return;
        }
        plan.write(Phase.CREATE_ADDRESS, Operation.create(address));
        if (exists) {
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

    /** The kernel deletes a link's addresses with the link. */
    private void deleteFromKernel(Planner.PlanBuilder plan, LinkAddress address) {
        if (linkStays(address)) {
            plan.write(Phase.DELETE_ADDRESS, Operation.delete(address));
        } else if (links.deletesMany()) {
            plan.write(Phase.WITHDRAW_ADDRESS, Operation.delete(address));
        }
    }

    /** Whether its link stays. Aliases are on the loopback device. */
    private boolean linkStays(LinkAddress address) {
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
