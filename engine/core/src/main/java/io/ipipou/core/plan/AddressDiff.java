package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.ManagedObjects;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.ResourceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Plans the addresses: aliases, and all addresses on managed links, whoever added them. */
final class AddressDiff {

    private final Map<ResourceId, LinkAddress> desired = new LinkedHashMap<>();
    private final Map<ResourceId, List<LinkAddress>> observed = new LinkedHashMap<>();
    private final LinkDiff links;
    private final Set<Ipv4> unmanaged;
    /** By link, the desired address that the kernel must prefer as the source of packets into it. */
    private final Map<LinkName, LinkAddress> first = new HashMap<>();
    /** By link, the desired address that it prefers now. */
    private final Map<LinkName, LinkAddress> oldest = new HashMap<>();

    AddressDiff(DesiredState desired, ObservedState observed, ManagedObjects managed, LinkDiff links) {
        this.links = links;
        this.unmanaged = observed.addresses().stream()
                .filter(address -> !managed.has(address))
                .map(LinkAddress::address)
                .collect(Collectors.toSet());
        desired.addresses().stream()
                .sorted(Comparator.comparing(LinkAddress::link))
                .forEach(address -> this.desired.put(address.id(), address));
        this.desired.values().forEach(address -> first.putIfAbsent(address.link(), address));
        observed.addresses().stream()
                .filter(managed::has)
                .map(ManagedObjects::normalized)
                .filter(address -> address.equals(this.desired.get(address.id())))
                .forEach(address -> oldest.putIfAbsent(address.link(), address));
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
                    address,
                    "this host already has the address " + address.address() + ", and not as an alias of ipipou",
                    "use another settings.aliasRange or tunnels.NAME.alias"));
            return;
        }
        List<LinkAddress> others = new ArrayList<>(existing);
        boolean exists = others.remove(address);
        if (exists && linkStays(address)) {
            if (isOlderThanTheFirst(address)) {
                plan.change(Change.replace(address, address));
                plan.write(Phase.DELETE_ADDRESS, Operation.delete(address));
                plan.write(Phase.CREATE_FURTHER_ADDRESS, Operation.create(address));
            }
            others.forEach(other -> delete(plan, other));
            return;
        }
        plan.write(isFurther(address) ? Phase.CREATE_FURTHER_ADDRESS : Phase.CREATE_ADDRESS, Operation.create(address));
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

    /** The kernel prefers the oldest address of a link. */
    private boolean isOlderThanTheFirst(LinkAddress address) {
        return isFurther(address) && !Objects.equals(first.get(address.link()), oldest.get(address.link()));
    }

    private boolean isFurther(LinkAddress address) {
        return !address.isAlias() && !address.equals(first.get(address.link()));
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
