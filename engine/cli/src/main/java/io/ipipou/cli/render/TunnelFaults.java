package io.ipipou.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.fault.Fault;
import io.ipipou.spi.state.Endpoint;
import java.util.Map;
import java.util.Optional;

/**
 * Why a tunnel is not up, or its peer not admitted.
 *
 * @param deferred why the plan leaves tunnels out, by name
 * @param listeners where the peers of server tunnels authenticate, by tunnel
 * @param peers what is known of peers and servers, by tunnel
 * @param packets what the agent knows of packets that matched no peer
 */
record TunnelFaults(
        Map<String, Fault> deferred,
        Map<String, Endpoint> listeners,
        Map<String, JsonNode> peers,
        JsonNode packets,
        boolean agentRuns) {

    private static final String START_AGENT = "start it: systemctl start ipipou-agent";

    /** The first cause; empty for a tunnel that works as far as this host knows. */
    Optional<Fault> of(String tunnel, TunnelStatus.State state) {
        return Optional.ofNullable(deferred.get(tunnel))
                .or(() -> ofState(state))
                .or(() -> Optional.ofNullable(peers.get(tunnel)).flatMap(peer -> ofPeer(tunnel, peer)));
    }

    private Optional<Fault> ofState(TunnelStatus.State state) {
        String remedy = agentRuns
                ? "the agent repairs this within seconds; if it stays, see its log: journalctl -u ipipou-agent"
                : "run: ipipou apply";
        return switch (state) {
            case UP, WAITING, DEFERRED -> Optional.empty();
            case DOWN -> Optional.of(new Fault("its link is down", remedy));
            case DRIFT -> Optional.of(new Fault("it differs from the file", remedy));
            case MISSING -> Optional.of(new Fault("it is in the file, but not on this host", remedy));
            case EXTRA -> Optional.of(new Fault("it is on this host, but not in the file", remedy));
        };
    }

    private Optional<Fault> ofPeer(String tunnel, JsonNode peer) {
        Optional<Endpoint> listener = Optional.ofNullable(listeners.get(tunnel));
        if (listener.isEmpty()) {
            return ofServer(peer);
        }
        if (peer.path("state").asText().equals("admitted")) {
            return Optional.empty();
        }
        if (!agentRuns) {
            return Optional.of(new Fault("no agent runs on this host, so the peer cannot authenticate", START_AGENT));
        }
        JsonNode rejection = peer.path("last_rejection");
        return Optional.of(
                rejection.isObject()
                        ? fault("its authentication is rejected: ", rejection, lastFrom(rejection))
                        : notHeard(peer, listener.get()));
    }

    private Fault notHeard(JsonNode peer, Endpoint listener) {
        JsonNode unmatched = packets.path("last_rejection");
        String start = peer.path("state").asText().equals("expired")
                ? "its admission has expired, and it has not authenticated again"
                : "it has not authenticated";
        return unmatched.isObject()
                ? fault(start + ", but packets of an unknown peer are rejected: ", unmatched, lastFrom(unmatched))
                : new Fault(
                        start + ": no authentication packet has arrived at " + listener,
                        "on the peer, check that its agent runs and that its endpoint is this one; on this host and on the way,"
                                + " check that firewalls let in UDP port " + listener.port());
    }

    private static String lastFrom(JsonNode rejection) {
        return ", last from %s at %s".formatted(rejection.path("endpoint").asText(), StatusText.time(rejection, "at"));
    }

    private static Fault fault(String before, JsonNode fault, String after) {
        return new Fault(
                before + fault.path("reason").asText() + after,
                fault.path("remedy").asText());
    }

    private Optional<Fault> ofServer(JsonNode server) {
        if (server.path("fault").isObject()) {
            return Optional.of(fault("", server.path("fault"), ""));
        }
        if (!server.path("state").asText().equals("unknown")) {
            return Optional.empty();
        }
        return Optional.of(
                agentRuns
                        ? new Fault("the agent does not have this tunnel", "run: ipipou apply")
                        : new Fault("no agent runs on this host to authenticate to the server", START_AGENT));
    }
}
