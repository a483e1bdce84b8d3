package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
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

/** What becomes of each IPIP link. */
final class LinkDiff {

    /** A link that is there and shall be otherwise. */
    private record Pair(IpipLink before, IpipLink after) {
        boolean movesKey() {
            return !before.outer().key().equals(after.outer().key());
        }
    }

    private static final int FEW = 16;

    private final Map<LinkName, IpipLink> owned;
    private final List<IpipLink> created = new ArrayList<>();
    private final Map<LinkName, IpipLink> deleted = new TreeMap<>();
    private final Map<LinkName, Pair> replaced = new TreeMap<>();
    private final Map<LinkName, Pair> updated = new TreeMap<>();
    private final List<Pair> updateOrder = new ArrayList<>();
    private final List<Conflict> conflicts = new ArrayList<>();

    private LinkDiff(ManagedObjects ours) {
        owned = ours.links();
    }

    static LinkDiff of(DesiredState desired, ObservedState observed, ManagedObjects ours) {
        LinkDiff diff = new LinkDiff(ours);
        Map<OuterHeader.Key, IpipLink> foreignByKey = observed.links().values().stream()
                .filter(link -> !link.mark().isManaged())
                .collect(Collectors.toMap(link -> link.outer().key(), link -> link, (a, b) -> a));
        new TreeMap<>(desired.links()).values().forEach(link -> diff.classify(link, observed, foreignByKey));
        diff.deleted.putAll(diff.owned);
        diff.deleted.keySet().removeAll(desired.links().keySet());
        diff.orderUpdates();
        return diff;
    }

    private void classify(IpipLink after, ObservedState observed, Map<OuterHeader.Key, IpipLink> foreignByKey) {
        IpipLink before = owned.get(after.name());
        Device taken = observed.devices().get(after.name());
        IpipLink rival = foreignByKey.get(after.outer().key());
        if (before == null && taken != null) {
            conflicts.add(nameTaken(after, taken));
        } else if (rival != null) {
            conflicts.add(keyTaken(after, rival));
        } else if (before == null) {
            created.add(after);
        } else if (before.outer().remote().isAny() != after.outer().remote().isAny()) {
            replaced.put(after.name(), new Pair(before, after));
        } else if (!before.equals(after)) {
            updated.put(after.name(), new Pair(before, after));
        }
    }

    private static Conflict nameTaken(IpipLink link, Device taken) {
        String kind = taken.kind().isEmpty() ? "a link" : "a link of kind " + taken.kind();
        String adopt = taken.kind().equals("ipip")
                ? ", or adopt it with: ip link set dev " + link.name() + " alias "
                        + link.mark().alias()
                : "";
        return new Conflict(
                link.id(),
                kind + " of this name is there and does not carry our mark",
                "rename the tunnel, or delete the link with: ip link del dev " + link.name() + adopt);
    }

    private static Conflict keyTaken(IpipLink link, IpipLink rival) {
        OuterHeader.Key key = link.outer().key();
        return new Conflict(
                link.id(),
                "the IPIP link " + rival.name() + ", which is not ours, already joins " + key.local() + " and "
                        + key.remote() + key.device().map(dev -> " over " + dev).orElse(""),
                "the kernel allows one link per pair: use another local or remote address, or delete it with: ip link del dev "
                        + rival.name());
    }

    /**
     * An update may move to a pair of addresses that another link leaves only by its own update, so that one goes
     * first. In a ring nobody can go first: one member is replaced instead.
     */
    private void orderUpdates() {
        Map<OuterHeader.Key, LinkName> leaving = new HashMap<>();
        updated.values().stream()
                .filter(Pair::movesKey)
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
                next = pair.movesKey() ? leaving.get(pair.after().outer().key()) : null;
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
            plan.change(Change.update(pair.before(), pair.after(), redirects(pair)));
            plan.write(Phase.UPDATE_LINK, Operation.update(pair.before(), pair.after()));
        });
        created.forEach(link -> {
            plan.change(Change.create(link));
            plan.write(Phase.CREATE_LINK, Operation.create(link));
        });
    }

    /** Whether packets now go elsewhere or in another wrapping, which the far end has to follow. */
    private static boolean redirects(Pair pair) {
        Encap before = pair.before().encap();
        Encap after = pair.after().encap();
        return pair.movesKey()
                || before.type() != after.type()
                || before.sourcePort() != after.sourcePort()
                || before.destinationPort() != after.destinationPort()
                || (pair.before().up() && !pair.after().up());
    }

    /** Whether the link that is there now stays, so that what is on it stays too. */
    boolean keeps(LinkName name) {
        return owned.containsKey(name) && !replaced.containsKey(name) && !deleted.containsKey(name);
    }

    /**
     * Whether so many links go that their routes and addresses had better go first, one by one. A link that takes its
     * routes along makes the kernel walk all routes of the host (fib_flush of net/ipv4/fib_frontend.c): of few links
     * that is cheaper than to name each route, of thousands it is most of the work.
     */
    boolean manyGo() {
        return replaced.size() + deleted.size() > FEW;
    }

    /** Whether the link stays and can carry a route before anything else has been written. */
    boolean isReady(LinkName name) {
        IpipLink link = owned.get(name);
        return link != null && link.up() && keeps(name);
    }
}
