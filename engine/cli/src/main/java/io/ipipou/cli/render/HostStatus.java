package io.ipipou.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.desired.Resolution;
import io.ipipou.spi.state.RuleCounter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A host's status.
 *
 * @param peers what the kernel knows of peers that authenticate, and of servers, by tunnel
 * @param gate counters of the gate's rules
 * @param agent the agent's answer; empty if none runs
 * @param source the repository that the host follows, as {@link SourceStatus} describes it
 */
public record HostStatus(
        List<TunnelStatus> tunnels,
        Map<String, Map<String, Object>> peers,
        Map<String, RuleCounter> gate,
        Optional<JsonNode> agent,
        Optional<JsonNode> source) {

    /** What the kernel knows, without an agent. */
    public static Map<String, Map<String, Object>> peers(Resolution resolution) {
        Map<String, Map<String, Object>> peers = new TreeMap<>();
        resolution.roaming().forEach(tunnel -> {
            Map<String, Object> peer = AgentStatus.admission(
                    Optional.ofNullable(resolution.learnt().get(tunnel.tunnel().name())));
            peers.put(tunnel.tunnel().name().value(), peer);
        });
        resolution.clients().forEach(client -> {
            Map<String, Object> server = new LinkedHashMap<>();
            server.put("state", "unknown");
            server.put("endpoint", client.server().toString());
            peers.put(client.tunnel().name().value(), server);
        });
        return peers;
    }

    /** As JSON. What the agent knows of a peer replaces what the kernel knows: it is more. */
    public Map<String, Object> document() {
        Map<String, Object> merged = new TreeMap<>(peers);
        agent.map(answer -> map(answer.path("peers")))
                .ifPresent(known -> known.forEach((name, peer) -> merged.computeIfPresent(name, (n, kernel) -> peer)));
        Map<String, Object> counters = new TreeMap<>();
        gate.forEach(
                (rule, counter) -> counters.put(rule, Map.of("packets", counter.packets(), "bytes", counter.bytes())));
        Map<String, Object> document = new TreeMap<>();
        document.put("format_version", "1.0");
        document.put("agent", agent.isPresent() ? "running" : "not running");
        document.put("tunnels", tunnels.stream().map(TunnelStatus::document).toList());
        document.put("peers", merged);
        document.put("packets", agent.map(answer -> map(answer.path("packets"))).orElse(Map.of()));
        document.put("gate", counters);
        source.ifPresent(found -> document.put("source", found));
        return document;
    }

    private static Map<String, Object> map(JsonNode node) {
        Map<String, Object> map = new LinkedHashMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return map;
    }
}
