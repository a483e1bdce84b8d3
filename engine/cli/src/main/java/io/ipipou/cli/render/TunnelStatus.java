package io.ipipou.cli.render;

import io.ipipou.agent.fault.Fault;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.ResourceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The status of one tunnel.
 *
 * @param link as the kernel has it; empty if it is missing
 * @param drift what a plan changes in the tunnel, its addresses and its routes
 */
public record TunnelStatus(
        String name, State state, Optional<IpipLink> link, Optional<LinkCounters> counters, List<Change> drift) {

    public enum State {
        /** Up, and matches the file. */
        UP,
        DOWN,
        /** Up, but does not match the file. */
        DRIFT,
        /** Not in the kernel, because its peer has never authenticated. */
        WAITING,
        /** Not in the kernel, because this host cannot have it now. */
        DEFERRED,
        /** In the file, but not in the kernel. */
        MISSING,
        /** In the kernel and managed by ipipou, but no longer in the file. */
        EXTRA;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Every tunnel of the file or the kernel, by name.
     *
     * @param config the names of the file's tunnels
     */
    public static List<TunnelStatus> of(
            Collection<String> config, ObservedState observed, Map<LinkName, LinkCounters> counters, Plan plan) {
        Map<String, List<Change>> drift = new TreeMap<>();
        config.forEach(name -> drift.put(name, new ArrayList<>()));
        observed.links().values().stream()
                .filter(link -> link.mark().isManaged())
                .forEach(link -> drift.putIfAbsent(link.name().value(), new ArrayList<>()));
        for (Change change : plan.changes()) {
            Object name = change.id().kind().equals(IpipLink.KIND)
                    ? change.id().name()
                    : change.after().or(change::before).orElseThrow().fields().get("dev");
            // Alias addresses are on lo, and a listener is bound to a device or to any.
            Optional.ofNullable(drift.get(String.valueOf(name))).ifPresent(changes -> changes.add(change));
        }
        Set<ResourceId> deferred =
                plan.deferred().stream().map(Deferral::resource).collect(Collectors.toSet());
        return drift.entrySet().stream()
                .map(entry -> of(entry.getKey(), observed, counters, entry.getValue(), deferred))
                .toList();
    }

    private static TunnelStatus of(
            String name,
            ObservedState observed,
            Map<LinkName, LinkCounters> counters,
            List<Change> drift,
            Set<ResourceId> deferred) {
        LinkName linkName = new LinkName(name);
        Optional<IpipLink> link = Optional.ofNullable(observed.links().get(linkName))
                .filter(found -> found.mark().isManaged());
        State state = link.isEmpty() && deferred.contains(new ResourceId(IpipLink.KIND, name))
                ? State.DEFERRED
                : state(link, drift);
        return new TunnelStatus(name, state, link, Optional.ofNullable(counters.get(linkName)), drift);
    }

    private static State state(Optional<IpipLink> link, List<Change> drift) {
        if (link.isEmpty()) {
            return drift.isEmpty() ? State.WAITING : State.MISSING;
        }
        boolean extra = drift.stream()
                .anyMatch(
                        change -> change.id().kind().equals(IpipLink.KIND) && change.action() == Change.Action.DELETE);
        if (extra) {
            return State.EXTRA;
        }
        return !link.get().up() ? State.DOWN : drift.isEmpty() ? State.UP : State.DRIFT;
    }

    Optional<String> endpoints() {
        return link.map(IpipLink::summary);
    }

    Map<String, Object> document(Optional<Fault> fault) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("state", state.toString());
        document.put("reason", fault.map(Fault::reason).orElse(null));
        document.put("remedy", fault.map(Fault::remedy).orElse(null));
        document.put("link", link.map(IpipLink::fields).orElse(null));
        document.put("counters", counters.map(TunnelStatus::document).orElse(null));
        document.put(
                "drift", drift.stream().map(change -> change.id().toString()).toList());
        return document;
    }

    private static Map<String, Object> document(LinkCounters counters) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("rx_packets", counters.receivedPackets());
        document.put("rx_bytes", counters.receivedBytes());
        document.put("rx_errors", counters.receiveErrors());
        document.put("rx_dropped", counters.receiveDropped());
        document.put("tx_packets", counters.sentPackets());
        document.put("tx_bytes", counters.sentBytes());
        document.put("tx_errors", counters.sendErrors());
        document.put("tx_dropped", counters.sendDropped());
        return document;
    }
}
