package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.ManagedObjects;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Plans the IPIP links. */
final class LinkDiff {

    /** A link and its desired state. */
    private record Pair(IpipLink before, IpipLink after) {
        boolean changesKey() {
            return !before.outer().key().equals(after.outer().key());
        }
    }

    /** Up to this many deletions, {@link #deletesMany} is false. */
    private static final int FEW = 16;

    private final Map<LinkName, IpipLink> existing;
    private final List<IpipLink> created = new ArrayList<>();
    private final Map<LinkName, IpipLink> deleted = new TreeMap<>();
    private final Map<LinkName, Pair> replaced = new TreeMap<>();
    private final Map<LinkName, Pair> updated = new TreeMap<>();
    private final List<Pair> updateOrder = new ArrayList<>();
    private final List<Conflict> conflicts = new ArrayList<>();

    private LinkDiff(ManagedObjects managed) {
        existing = managed.links();
    }

    static LinkDiff of(DesiredState desired, ObservedState observed, ManagedObjects managed) {
        LinkDiff diff = new LinkDiff(managed);
        Map<OuterHeader.Key, IpipLink> unmanagedByKey = observed.links().values().stream()
                .filter(link -> !link.mark().isManaged())
                .collect(Collectors.toMap(link -> link.outer().key(), link -> link, (a, b) -> a));
        new TreeMap<>(desired.links()).values().forEach(link -> diff.classify(link, observed, unmanagedByKey));
        diff.deleted.putAll(diff.existing);
        diff.deleted.keySet().removeAll(desired.links().keySet());
        diff.orderUpdates();
        return diff;
    }

    private void classify(IpipLink after, ObservedState observed, Map<OuterHeader.Key, IpipLink> unmanagedByKey) {
        IpipLink before = existing.get(after.name());
        Device sameName = observed.devices().get(after.name());
        IpipLink sameKey = unmanagedByKey.get(after.outer().key());
        if (before == null && sameName != null) {
            conflicts.add(nameTaken(after, sameName));
        } else if (sameKey != null) {
            conflicts.add(keyTaken(after, sameKey));
        } else if (before == null) {
            created.add(after);
        } else if (before.outer().remote().isAny() != after.outer().remote().isAny()) {
            replaced.put(after.name(), new Pair(before, after));
        } else if (!before.equals(after)) {
            updated.put(after.name(), new Pair(before, after));
        }
    }

    private static Conflict nameTaken(IpipLink link, Device taken) {
        String kind = taken.kind().isEmpty() ? "" : " of kind " + taken.kind();
        String adopt = taken.kind().equals("ipip")
                ? ", or let ipipou manage it with: ip link set dev " + link.name() + " alias "
                        + link.mark().alias()
                : "";
        return new Conflict(
                link,
                "a link" + kind + " with this name exists and is not managed by ipipou",
                "rename the tunnel, or delete the link with: ip link del dev " + link.name() + adopt);
    }

    private static Conflict keyTaken(IpipLink link, IpipLink other) {
        OuterHeader.Key key = link.outer().key();
        return new Conflict(
                link,
                "the IPIP link " + other.name() + ", which is not managed by ipipou, already connects " + key.local()
                        + " and " + key.remote()
                        + key.device().map(dev -> " over " + dev).orElse(""),
                "the kernel allows one link per pair of addresses: use another local or remote address, or delete that"
                        + " link with: ip link del dev " + other.name());
    }

    /**
     * Where an update takes the pair of addresses that another update frees, the other one must come first. In a cycle
     * none can be first, so one of its links is replaced instead.
     */
    private void orderUpdates() {
        Map<OuterHeader.Key, LinkName> leaving = new HashMap<>();
        updated.values().stream()
                .filter(Pair::changesKey)
                .forEach(pair ->
                        leaving.put(pair.before().outer().key(), pair.before().name()));
        Set<LinkName> placed = new TreeSet<>();
        for (LinkName name : List.copyOf(updated.keySet())) {
            List<LinkName> waiting = new ArrayList<>();
            LinkName next = name;
            while (next != null && updated.containsKey(next) && !placed.contains(next)) {
                if (waiting.contains(next)) {
                    replaced.put(next, updated.remove(next));
                    waiting.remove(next);
                    break;
                }
                waiting.add(next);
                Pair pair = updated.get(next);
                next = pair.changesKey() ? leaving.get(pair.after().outer().key()) : null;
            }
            for (int i = waiting.size() - 1; i >= 0; i--) {
                placed.add(waiting.get(i));
                updateOrder.add(updated.get(waiting.get(i)));
            }
        }
    }

    void addTo(Planner.PlanBuilder plan) {
        conflicts.forEach(plan::conflict);
        deleted.values().forEach(link -> {
            plan.change(Change.delete(link));
            plan.write(Phase.DELETE_LINK, Operation.delete(link));
        });
        replaced.values().forEach(pair -> {
            plan.change(Change.replace(pair.before(), pair.after()));
            plan.write(Phase.DELETE_LINK, Operation.delete(pair.before()));
            plan.write(Phase.CREATE_LINK, Operation.create(pair.after()));
        });
        updateOrder.forEach(pair -> {
            plan.change(Change.update(pair.before(), pair.after(), interrupts(pair)));
            plan.write(Phase.UPDATE_LINK, Operation.update(pair.before(), pair.after()));
        });
        created.forEach(link -> {
            plan.change(Change.create(link));
            plan.write(Phase.CREATE_LINK, Operation.create(link));
        });
    }

    /** Whether packets get another destination or encapsulation, which the peer must follow, or none pass any more. */
    private static boolean interrupts(Pair pair) {
        Encap before = pair.before().encap();
        Encap after = pair.after().encap();
        return pair.changesKey()
                || before.type() != after.type()
                || before.sourcePort() != after.sourcePort()
                || before.destinationPort() != after.destinationPort()
                || (pair.before().up() && !pair.after().up());
    }

    /** Whether the observed link stays, and with it its addresses and routes. */
    boolean keeps(LinkName name) {
        return existing.containsKey(name) && !replaced.containsKey(name) && !deleted.containsKey(name);
    }

    /**
     * Whether so many links are deleted that it is faster to delete their routes and addresses first. For each link
     * that is deleted with routes, the kernel walks all routes of the host (fib_flush of net/ipv4/fib_frontend.c).
     */
    boolean deletesMany() {
        return replaced.size() + deleted.size() > FEW;
    }

    /** Whether the link can carry a route before the first write. */
    boolean isReady(LinkName name) {
        IpipLink link = existing.get(name);
        return link != null && link.up() && keeps(name);
    }
}
