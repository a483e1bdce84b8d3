package io.ipipou.cli.render;

import io.ipipou.agent.Agent;
import io.ipipou.agent.client.Clients;
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

/** What an agent tells of its peers, as JSON. */
public final class AgentStatus {

    private AgentStatus() {}

    public static Map<String, Object> document(Agent agent) throws BackendException {
        Map<String, Object> tunnels = new LinkedHashMap<>();
        agent.peers().forEach((name, peer) -> tunnels.put(name.value(), peer(peer)));
        agent.clients().forEach((name, server) -> tunnels.put(name.value(), server(server)));
        Agent.Intake intake = agent.intake();
        Map<String, Object> packets = new LinkedHashMap<>();
        packets.put("refusals", refusals(intake.refusals()));
        packets.put("overload", intake.overload());
        packets.put("overruns", intake.overruns());
        return Map.of("peers", tunnels, "packets", packets);
    }

    private static Map<String, Object> peer(PeerTable.Snapshot peer) {
        Map<String, Object> document = learnt(peer.where());
        document.put("last_proof", text(peer.lastProof()));
        document.put("proofs", peer.proofs());
        document.put("refusals", refusals(peer.refusals()));
        return document;
    }

    /** Of a peer that has to prove itself: its state, its endpoint, and how much longer it is let in. */
    public static Map<String, Object> learnt(Optional<LearntEndpoint> where) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(
                "state",
                where.map(learnt -> learnt.admitted() ? "admitted" : "expired").orElse("waiting"));
        document.put("endpoint", text(where.map(LearntEndpoint::endpoint)));
        document.put(
                "expires_in",
                where.flatMap(LearntEndpoint::remaining)
                        .map(Duration::toSeconds)
                        .orElse(null));
        return document;
    }

    private static Map<String, Object> server(Clients.Snapshot server) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("state", server.state().toString());
        document.put("since", server.since().toString());
        document.put("endpoint", server.server().toString());
        document.put("last_proof", text(server.lastProof()));
        document.put("last_reply", text(server.lastReply()));
        document.put("last_received", text(server.lastReceived()));
        document.put(
                "next_proof_in", server.nextProof().map(Duration::toSeconds).orElse(null));
        document.put("failure", text(server.failure()));
        document.put("refusals", refusals(server.refusals()));
        return document;
    }

    private static @Nullable String text(Optional<?> value) {
        return value.map(Object::toString).orElse(null);
    }

    private static Map<String, Long> refusals(Map<RejectionReason, Long> refusals) {
        Map<String, Long> named = new TreeMap<>();
        refusals.forEach((reason, count) -> named.put(reason.toString(), count));
        return named;
    }
}
