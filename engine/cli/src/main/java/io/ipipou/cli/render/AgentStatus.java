package io.ipipou.cli.render;

import io.ipipou.agent.Agent;
import io.ipipou.agent.PacketCounts;
import io.ipipou.agent.auth.RejectedPacket;
import io.ipipou.agent.client.ClientSnapshot;
import io.ipipou.agent.fault.Fault;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.backend.BackendException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The agent's answer to {@code status}: what it knows of peers, servers and packets, as JSON. */
public final class AgentStatus {

    private AgentStatus() {}

    public static Map<String, Object> document(Agent agent) throws BackendException {
        Map<String, Object> tunnels = new LinkedHashMap<>();
        agent.peers().forEach((name, peer) -> tunnels.put(name.value(), peer(peer)));
        agent.clients().forEach((name, server) -> tunnels.put(name.value(), server(server)));
        PacketCounts counts = agent.packets();
        Map<String, Object> packets = new LinkedHashMap<>();
        packets.put("refusals", rejections(counts.unmatched()));
        packets.put(
                "last_rejection",
                counts.lastUnmatched().map(AgentStatus::rejection).orElse(null));
        packets.put("overload", counts.dropped());
        packets.put("overruns", counts.overruns());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("peers", tunnels);
        document.put("packets", packets);
        return document;
    }

    private static Map<String, Object> peer(PeerTable.Snapshot peer) {
        Map<String, Object> document = admission(peer.endpoint());
        document.put("last_authentication", text(peer.lastAuthentication()));
        document.put("authentications", peer.authentications());
        document.put("refusals", rejections(peer.rejections()));
        document.put(
                "last_rejection",
                peer.lastRejection().map(AgentStatus::rejection).orElse(null));
        return document;
    }

    private static Map<String, Object> rejection(RejectedPacket packet) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("at", packet.at().toString());
        document.put("endpoint", packet.source().toString());
        document.put("code", packet.rejection().code().toString());
        document.putAll(fault(packet.rejection().fault()));
        return document;
    }

    static Map<String, Object> fault(Fault fault) {
        return Map.of("reason", fault.reason(), "remedy", fault.remedy());
    }

    /** A peer's state and endpoint, and how much longer it stays admitted. */
    static Map<String, Object> admission(Optional<LearntEndpoint> endpoint) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(
                "state",
                endpoint.map(learnt -> learnt.admitted() ? "admitted" : "expired")
                        .orElse("waiting"));
        document.put("endpoint", text(endpoint.map(LearntEndpoint::endpoint)));
        document.put("expires_in", seconds(endpoint.flatMap(LearntEndpoint::remaining)));
        return document;
    }

    private static Map<String, Object> server(ClientSnapshot server) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("state", server.state().toString());
        document.put("since", server.since().toString());
        document.put("endpoint", server.server().toString());
        document.put("endpoint_name", server.serverName());
        document.put("endpoint_reason", text(server.switched()));
        document.put("last_authentication", text(server.lastAuthentication()));
        document.put("last_reply", text(server.lastReply()));
        document.put("last_received", text(server.lastReceived()));
        document.put("next_authentication_in", seconds(server.nextAuthentication()));
        document.put("failure", text(server.failure()));
        document.put("refusals", rejections(server.rejections()));
        document.put("fault", server.fault().map(AgentStatus::fault).orElse(null));
        return document;
    }

    private static @Nullable String text(Optional<?> value) {
        return value.map(Object::toString).orElse(null);
    }

    private static @Nullable Long seconds(Optional<Duration> time) {
        return time.map(Duration::toSeconds).orElse(null);
    }

    private static Map<String, Long> rejections(Map<RejectionReason, Long> counts) {
        Map<String, Long> named = new TreeMap<>();
        counts.forEach((reason, count) -> named.put(reason.toString(), count));
        return named;
    }
}
