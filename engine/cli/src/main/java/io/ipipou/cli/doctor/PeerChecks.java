package io.ipipou.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.config.Mode;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.LearntEndpoint;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether the two ends of a tunnel found each other. */
final class PeerChecks {

    /** What the gate counts of packets for its listeners that come from no admitted endpoint. */
    private static final List<String> ARRIVALS =
            List.of("to the agent", "not admitted", "too many from one source", "too many in all");

    private PeerChecks() {}

    private static boolean isServer(TunnelFacts tunnel) {
        return tunnel.tunnel().mode() == Mode.SERVER
                && tunnel.tunnel().peer().auth().isPresent();
    }

    private static String peer(TunnelFacts tunnel) {
        return tunnel.tunnel().peer().name();
    }

    private static boolean isAdmitted(TunnelFacts tunnel) {
        return tunnel.host()
                .learnt(tunnel.name())
                .filter(LearntEndpoint::admitted)
                .isPresent();
    }

    /** Whether any peer's packet has arrived; the gate does not count them by peer. */
    static Optional<Finding> arrivals(TunnelFacts tunnel) {
        if (!isServer(tunnel)) {
            return Optional.empty();
        }
        if (isAdmitted(tunnel) || arrived(tunnel) > 0) {
            return Optional.of(Finding.ok("packets arrive"));
        }
        if (tunnel.host().state().table().isEmpty()) {
            return Optional.of(Finding.notChecked("the gate does not exist"));
        }
        int port = tunnel.tunnel().local().port();
        String device = tunnel.localDevice().map(link -> " -i " + link).orElse("");
        return Optional.of(Finding.failed(
                "nothing has reached the gate: no packet from any unknown source since it was made",
                "check that " + peer(tunnel) + " runs and sends to "
                        + tunnel.localAddress().map(address -> address + ":").orElse("UDP port ") + port
                        + ", and that firewalls and port forwardings in front of this host let UDP port " + port
                        + " through; watch: tcpdump -n" + device + " udp port " + port));
    }

    private static long arrived(TunnelFacts tunnel) {
        return ARRIVALS.stream().mapToLong(tunnel.host()::gatePackets).sum();
    }

    static Optional<Finding> admission(TunnelFacts tunnel) {
        if (tunnel.tunnel().mode() == Mode.CLIENT) {
            return Optional.of(answer(tunnel));
        }
        return isServer(tunnel) ? Optional.of(admitted(tunnel)) : Optional.empty();
    }

    private static Finding admitted(TunnelFacts tunnel) {
        Optional<LearntEndpoint> learnt = tunnel.host().learnt(tunnel.name());
        if (isAdmitted(tunnel)) {
            return Finding.ok(
                    peer(tunnel) + " admitted from " + learnt.orElseThrow().endpoint());
        }
        String rejected = rejections(tunnel).orElse("none of its packets was rejected");
        if (arrived(tunnel) == 0) {
            return Finding.failed(peer(tunnel) + " is not admitted", "see why nothing reaches the gate");
        }
        String remedy = "run on " + peer(tunnel) + ": ipipou doctor";
        if (learnt.isPresent()) {
            return Finding.failed(
                    "the admission of " + peer(tunnel) + " has expired",
                    "it was at " + learnt.get().endpoint() + "; " + rejected,
                    remedy);
        }
        return Finding.failed(
                peer(tunnel) + " has never authenticated",
                arrived(tunnel) + " packets from sources that are not admitted reached the gate; " + rejected
                        + unmatched(tunnel),
                remedy);
    }

    /** What the agent rejected of this peer. */
    private static Optional<String> rejections(TunnelFacts tunnel) {
        return counts(tunnel.host().agent().peer(tunnel.name().value()).path("refusals"))
                .map(counts -> "rejected: " + counts);
    }

    private static String unmatched(TunnelFacts tunnel) {
        return counts(tunnel.host().agent().status().path("packets").path("refusals"))
                .map(counts -> "; packets that matched no peer: " + counts + " (a wrong key or secret on either side?)")
                .orElse("");
    }

    private static Optional<String> counts(JsonNode refusals) {
        return refusals.isEmpty()
                ? Optional.empty()
                : Optional.of(refusals.properties().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", ")));
    }

    private static Finding answer(TunnelFacts tunnel) {
        JsonNode server = tunnel.host().agent().peer(tunnel.name().value());
        if (server.isMissingNode()) {
            return Finding.notChecked("the agent knows whether " + peer(tunnel) + " answers");
        }
        if (server.path("state").asText().equals("answered")) {
            return Finding.ok(peer(tunnel) + " answers");
        }
        if (server.hasNonNull("failure")) {
            return Finding.failed(
                    "authentication packets cannot be sent: "
                            + server.path("failure").asText(),
                    "correct the address, the route or the host's firewall (OUTPUT) that refuses them");
        }
        String from = tunnel.host()
                .client(tunnel.name())
                .map(ClientTunnel::local)
                .map(local -> " from " + local)
                .orElse("");
        String sent = server.hasNonNull("last_authentication")
                ? "sent to " + server.path("endpoint").asText() + from + ", last at "
                        + server.path("last_authentication").asText()
                : "nothing was sent yet";
        Optional<String> rejected = counts(server.path("refusals")).map(counts -> "; rejected replies: " + counts);
        return Finding.failed(
                peer(tunnel) + " does not answer",
                sent + rejected.orElse(""),
                "run on " + peer(tunnel) + ": ipipou doctor TUNNEL, with the name of this tunnel there; it says whether"
                        + " packets from here arrive and why they are rejected");
    }
}
