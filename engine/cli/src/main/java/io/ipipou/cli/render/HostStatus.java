package io.ipipou.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.json.Json;
import io.ipipou.spi.state.RuleCounter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A host as {@code status} shows it.
 *
 * @param peers what the kernel knows of those that have to prove themselves, by tunnel
 * @param gate what the rules of the gate have counted
 */
public record HostStatus(
        List<TunnelStatus> tunnels, Map<String, Map<String, Object>> peers, Map<String, RuleCounter> gate) {

    public static Map<String, Map<String, Object>> peers(Resolution resolution) {
        Map<String, Map<String, Object>> peers = new TreeMap<>();
        resolution.roaming().forEach(tunnel -> {
            Map<String, Object> peer = AgentStatus.learnt(
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

    /** What the agent tells of a peer takes the place of what the kernel does: it is more. */
    public Map<String, Object> document(Optional<JsonNode> agent) {
        Map<String, Object> merged = new TreeMap<>(peers);
        Map<String, Object> document = new TreeMap<>();
        agent.map(answer -> answer.path("peers"))
                .map(HostStatus::map)
                .ifPresent(told -> told.forEach((name, peer) -> merged.computeIfPresent(name, (n, known) -> peer)));
        document.put("format_version", "1.0");
        document.put("agent", agent.isPresent() ? "running" : "not running");
        document.put("tunnels", tunnels.stream().map(TunnelStatus::document).toList());
        document.put("peers", merged);
        document.put("packets", agent.map(answer -> map(answer.path("packets"))).orElse(Map.of()));
        Map<String, Object> counters = new TreeMap<>();
        gate.forEach(
                (rule, counter) -> counters.put(rule, Map.of("packets", counter.packets(), "bytes", counter.bytes())));
        document.put("gate", counters);
        return document;
    }

    private static Map<String, Object> map(JsonNode node) {
        Map<String, Object> map = new LinkedHashMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return map;
    }

    /** The part of the document that is about peers, for people; empty when no peer has to prove itself. */
    public static String text(Map<String, Object> document) {
        JsonNode all = Json.tree(document);
        if (all.path("peers").isEmpty()) {
            return "";
        }
        StringBuilder out =
                new StringBuilder("\nThe agent is " + all.path("agent").asText() + ".\n");
        out.append(line("PEER OF", "STATE", "ENDPOINT", "EXPIRES IN", "LAST PROOF", "REFUSED"));
        all.path("peers").properties().forEach(entry -> {
            JsonNode peer = entry.getValue();
            out.append(line(
                    entry.getKey(),
                    shown(peer.path("state")),
                    shown(peer.path("endpoint")),
                    peer.path("expires_in").isNumber()
                            ? peer.path("expires_in").asText() + " s"
                            : peer.path("state").asText().equals("admitted") ? "never" : "-",
                    shown(peer.path("last_proof")),
                    counts(peer.path("refusals"))));
            out.append(trouble(peer));
        });
        String strangers = counts(all.path("packets").path("refusals"));
        out.append(strangers.equals("-") ? "" : "refused of nobody's: " + strangers + "\n");
        all.path("gate").properties().forEach(entry -> {
            if (entry.getValue().path("packets").asLong() != 0) {
                out.append("%s packets: %s%n"
                        .formatted(entry.getValue().path("packets").asText(), entry.getKey()));
            }
        });
        return out.toString();
    }

    /** Of a server that this host proves itself to, what is wrong; nothing else has these fields. */
    private static String trouble(JsonNode server) {
        StringBuilder out = new StringBuilder();
        if (server.hasNonNull("failure")) {
            out.append("  no proof could be sent: ")
                    .append(server.path("failure").asText())
                    .append('\n');
        }
        if (server.path("state").asText().equals("silent")) {
            out.append("  no life since ")
                    .append(server.path("since").asText().replaceFirst("\\.\\d+Z$", "Z"))
                    .append(
                            server.hasNonNull("next_proof_in")
                                    ? "; the next proof is in "
                                            + server.path("next_proof_in").asText() + " s"
                                    : "")
                    .append('\n');
        }
        return out.toString();
    }

    private static String shown(JsonNode value) {
        return value.isNull() || value.isMissingNode() ? "-" : value.asText();
    }

    private static String counts(JsonNode refusals) {
        StringBuilder out = new StringBuilder();
        refusals.properties().forEach(entry -> out.append(out.isEmpty() ? "" : ", ")
                .append(entry.getValue().asText())
                .append(' ')
                .append(entry.getKey()));
        return out.isEmpty() ? "-" : out.toString();
    }

    private static String line(String tunnel, String state, String endpoint, String expires, String proof, String no) {
        return "%-16s %-9s %-22s %-11s %-21s %s"
                        .formatted(tunnel, state, endpoint, expires, proof.replaceFirst("\\.\\d+Z$", "Z"), no)
                        .stripTrailing()
                + "\n";
    }
}
