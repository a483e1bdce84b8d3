package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.Gate;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.ObservedState;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Plans the gate: the nftables table and each element of its sets. */
final class GateDiff {

    /** Unique among the elements of a table. */
    private record Key(String set, List<NftValue> values) {
        static final Comparator<Key> ORDER =
                Comparator.comparing(Key::set).thenComparing(key -> key.values().toString());

        static Key of(NftElement element) {
            return new Key(element.set(), element.key());
        }
    }

    private final DesiredState desired;
    private final Optional<NftTable> before;
    private final Map<Key, NftElement> existing;
    private final Set<String> recreatedSets = new HashSet<>();

    GateDiff(DesiredState desired, ObservedState observed) {
        this.desired = desired;
        this.before = observed.table();
        this.existing = byKey(observed.elements());
    }

    private static Map<Key, NftElement> byKey(Set<NftElement> elements) {
        Map<Key, NftElement> map = new TreeMap<>(Key.ORDER);
        elements.forEach(element -> map.put(Key.of(element), element));
        return map;
    }

    void addTo(Planner.PlanBuilder plan) {
        if (desired.table().isEmpty()) {
            // The kernel deletes the elements with it.
            before.filter(Gate::isManaged).ifPresent(table -> {
                plan.change(Change.delete(table));
                plan.write(Phase.ADMIT, Operation.delete(table));
            });
            return;
        }
        if (before.isPresent() && !Gate.isManaged(before.get())) {
            plan.conflict(new Conflict(
                    desired.table().get(),
                    "the table ip " + before.get().name() + " exists and is not managed by ipipou",
                    "set settings.nftTable to another name, or delete the table with: nft delete table ip "
                            + before.get().name()));
            return;
        }
        table(plan, desired.table().get());
        elements(plan);
    }

    private void table(Planner.PlanBuilder plan, NftTable after) {
        Set<NftSet> kept = new HashSet<>(before.map(NftTable::sets).orElse(List.of()));
        after.sets().stream()
                .filter(set -> !kept.contains(set))
                .map(NftSet::name)
                .forEach(recreatedSets::add);
        if (before.isEmpty()) {
            plan.change(Change.create(after));
            plan.write(Phase.PREPARE_GATE, Operation.create(after));
        } else if (!before.get().equals(after)) {
            plan.change(Change.update(before.get(), after, !recreatedSets.isEmpty()));
            NftTable intermediate = Gate.between(before.get(), after);
            plan.write(Phase.PREPARE_GATE, Operation.update(before.get(), intermediate));
            if (!intermediate.equals(after)) {
                plan.write(Phase.ADMIT, Operation.update(intermediate, after));
            }
        }
    }

    private void elements(Planner.PlanBuilder plan) {
        Map<Key, NftElement> wanted = byKey(desired.elements());
        Set<String> sets =
                desired.table().orElseThrow().sets().stream().map(NftSet::name).collect(Collectors.toSet());
        wanted.forEach((key, element) -> converge(
                plan, element, Optional.ofNullable(recreatedSets.contains(key.set()) ? null : existing.get(key))));
        existing.forEach((key, element) -> {
            if (!wanted.containsKey(key) && sets.contains(key.set()) && !recreatedSets.contains(key.set())) {
                plan.change(Change.delete(element));
                plan.write(Phase.ADMIT, Operation.delete(element));
            }
        });
    }

    private void converge(Planner.PlanBuilder plan, NftElement after, Optional<NftElement> now) {
        if (now.isEmpty()) {
            plan.change(Change.create(after));
            boolean ready = recreatedSets.contains(after.set()) || !after.set().equals(Gate.ENDPOINTS);
            plan.write(ready ? Phase.PREPARE_GATE : Phase.ADMIT, Operation.create(after));
        } else if (!now.get().equalsIgnoringTimeout(after)) {
            plan.change(Change.update(now.get(), after, !now.get().data().equals(after.data())));
            plan.write(Phase.ADMIT, Operation.update(now.get(), after));
        }
    }
}
