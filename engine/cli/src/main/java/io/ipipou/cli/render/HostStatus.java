package io.ipipou.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ipipou.agent.fault.Fault;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.json.Json;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.RuleCounter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A host's status.
 *
 * @param shared what a plan changes that is not part of one tunnel: the gate, listeners, alias addresses
 * @param peers what is known of peers that authenticate, and of servers, by tunnel
 * @param gate counters of the gate's rules
 * @param agent the agent's answer; empty if none runs
 * @param source the repository that the host follows, as {@link SourceStatus} describes it
 */
public record HostStatus(
        List<TunnelStatus> tunnels,
        Map<String, Fault> faults,
        List<Change> shared,
        Map<String, JsonNode> peers,
        Map<String, RuleCounter> gate,
        Optional<JsonNode> agent,
        Optional<JsonNode> source) {

    public static HostStatus of(
            List<TunnelStatus> tunnels,
            Plan plan,
            Resolution resolution,
            Map<String, RuleCounter> gate,
            Optional<JsonNode> agent,
            Optional<JsonNode> source) {
        Map<String, JsonNode> peers = peers(resolution);
        // What the agent knows of a peer replaces what the kernel knows: it is more.
        agent.ifPresent(answer -> answer.path("peers")
                .properties()
                .forEach(known -> peers.computeIfPresent(known.getKey(), (name, kernel) -> known.getValue())));
        TunnelFaults explain = new TunnelFaults(
                deferred(plan, resolution, agent.isPresent()),
                listeners(resolution),
                peers,
                packets(agent),
                agent.isPresent());
        Map<String, Fault> faults = new TreeMap<>();
        tunnels.forEach(tunnel ->
                explain.of(tunnel.name(), tunnel.state()).ifPresent(fault -> faults.put(tunnel.name(), fault)));
        Set<Change> inTunnels =
                tunnels.stream().flatMap(tunnel -> tunnel.drift().stream()).collect(Collectors.toSet());
        List<Change> shared = plan.changes().stream()
                .filter(change -> !inTunnels.contains(change))
                .toList();
        return new HostStatus(tunnels, faults, shared, peers, gate, agent, source);
    }

    /** What the kernel knows, without an agent. */
    private static Map<String, JsonNode> peers(Resolution resolution) {
        Map<String, JsonNode> peers = new TreeMap<>();
        resolution.roaming().forEach(tunnel -> {
            Map<String, Object> peer = AgentStatus.admission(
                    Optional.ofNullable(resolution.learnt().get(tunnel.tunnel().name())));
            peers.put(tunnel.tunnel().name().value(), Json.tree(peer));
        });
        resolution.clients().forEach(client -> {
            Map<String, Object> server = new LinkedHashMap<>();
            server.put("state", "unknown");
            server.put("endpoint", client.server().toString());
            peers.put(client.tunnel().name().value(), Json.tree(server));
        });
        return peers;
    }

    private static Map<String, Endpoint> listeners(Resolution resolution) {
        Map<String, Endpoint> listeners = new TreeMap<>();
        resolution
                .roaming()
                .forEach(tunnel -> listeners.put(tunnel.tunnel().name().value(), tunnel.listener()));
        return listeners;
    }

    private static Map<String, Fault> deferred(Plan plan, Resolution resolution, boolean agentRuns) {
        Map<String, Fault> deferred = new TreeMap<>();
        for (Deferral deferral : plan.deferred()) {
            boolean whole = deferral.resource().kind().equals(IpipLink.KIND);
            String what = whole ? "deferred: " : deferral.resource() + " is deferred: ";
            String remedy = deferral.obstacle().remedy();
            Fault fault = new Fault(
                    what + deferral.obstacle().description(),
                    !remedy.isEmpty()
                            ? remedy
                            : agentRuns
                                    ? "the agent goes on as soon as this changes"
                                    : "run ipipou apply once this has changed");
            // A route has the position of its tunnel.
            resolution.tunnels().stream()
                    .filter(tunnel -> deferral.position().equals(Optional.of(tunnel.position())))
                    .forEach(tunnel -> deferred.putIfAbsent(tunnel.name().value(), fault));
        }
        return deferred;
    }

    private static JsonNode packets(Optional<JsonNode> agent) {
        return agent.map(answer -> answer.path("packets")).orElse(MissingNode.getInstance());
    }

    /** The same status with these tunnels alone. */
    public HostStatus only(Set<String> names) {
        Map<String, JsonNode> selected = new TreeMap<>(peers);
        selected.keySet().retainAll(names);
        return new HostStatus(
                tunnels.stream().filter(tunnel -> names.contains(tunnel.name())).toList(),
                faults,
                shared,
                selected,
                gate,
                agent,
                source);
    }

    /** As JSON. */
    public Map<String, Object> document() {
        Map<String, Object> counters = new TreeMap<>();
        gate.forEach(
                (rule, counter) -> counters.put(rule, Map.of("packets", counter.packets(), "bytes", counter.bytes())));
        Map<String, Object> document = new TreeMap<>();
        document.put("format_version", "1.0");
        document.put("agent", agent.isPresent() ? "running" : "not running");
        agent.filter(answer -> answer.hasNonNull("summary")).ifPresent(answer -> {
            document.put("summary", answer.path("summary"));
            document.put("configuration", answer.path("configuration"));
        });
        document.put(
                "tunnels",
                tunnels.stream()
                        .map(tunnel -> tunnel.document(Optional.ofNullable(faults.get(tunnel.name()))))
                        .toList());
        document.put(
                "shared_drift",
                shared.stream().map(change -> change.id().toString()).toList());
        document.put("peers", peers);
        document.put("packets", packets(agent).isObject() ? packets(agent) : Map.of());
        document.put("gate", counters);
        source.ifPresent(found -> document.put("source", found));
        return document;
    }
}
