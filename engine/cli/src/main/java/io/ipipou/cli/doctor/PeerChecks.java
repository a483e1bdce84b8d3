package io.ipipou.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.config.Mode;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether the two ends of a tunnel found each other. */
final class PeerChecks {

    /** What the gate counts of packets for its listeners that come from no admitted endpoint. */
    private static final List<String> ARRIVALS =
            List.of("to the agent", "not admitted", "too many from one source", "too many in all");

    /** Packets that are sent without an answer only if the tunnel does not work. */
    private static final int SENT_IN_VAIN = 5;

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
        String summary = learnt.isPresent()
                ? "the admission of " + peer(tunnel) + " has expired; it was at "
                        + learnt.get().endpoint()
                : peer(tunnel) + " has never authenticated";
        long arrived = arrived(tunnel);
        if (arrived == 0) {
            return Finding.failed(summary, "see why nothing reaches the gate");
        }
        String seen = arrived + " packets from sources that are not admitted reached the gate";
        JsonNode own = lastRejection(tunnel);
        JsonNode unmatched = tunnel.host().agent().status().path("packets").path("last_rejection");
        if (own.isObject()) {
            return rejected(tunnel, summary, seen + "; the last of " + peer(tunnel), own);
        }
        if (unmatched.isObject()) {
            return rejected(tunnel, summary, seen + "; the last that matched no peer", unmatched);
        }
        return Finding.failed(
                summary,
                tunnel.host().agent().answers()
                        ? seen + "; the agent rejected none, so they were no authentication packets"
                        : seen,
                "see what " + peer(tunnel) + " says; there, run: ipipou doctor");
    }

    private static JsonNode lastRejection(TunnelFacts tunnel) {
        return tunnel.host().agent().peer(tunnel.name().value()).path("last_rejection");
    }

    private static Finding rejected(TunnelFacts tunnel, String summary, String seen, JsonNode rejection) {
        return Finding.failed(
                summary,
                seen + ", " + describe(tunnel, rejection),
                rejection.path("remedy").asText());
    }

    /** {@code from 192.0.2.7:40000, was rejected 3 s ago: its clock is 3612 s behind this host's}. */
    private static String describe(TunnelFacts tunnel, JsonNode rejection) {
        Duration ago = Duration.between(
                Instant.parse(rejection.path("at").asText()), tunnel.host().now());
        return "from " + rejection.path("endpoint").asText() + ", was rejected " + ago.toSeconds() + " s ago: "
                + rejection.path("reason").asText();
    }

    /** Whether an admitted peer is about to lose its admission. */
    static Optional<Finding> rejection(TunnelFacts tunnel) {
        JsonNode rejection = lastRejection(tunnel);
        if (!isServer(tunnel)
                || !isAdmitted(tunnel)
                || tunnel.host().agent().file().isEmpty()) {
            return Optional.empty();
        }
        String until = tunnel.host()
                .learnt(tunnel.name())
                .flatMap(LearntEndpoint::remaining)
                .map(left -> ", for another " + left.toSeconds() + " s")
                .orElse("");
        return Optional.of(
                rejection.isObject()
                        ? rejected(
                                tunnel,
                                peer(tunnel) + " is still admitted" + until
                                        + ", but its latest authentication was rejected",
                                "its packet",
                                rejection)
                        : Finding.ok("nothing rejected since"));
    }

    /** Whether anything comes back. For a static tunnel, nothing else shows that it works. */
    static Optional<Finding> traffic(TunnelFacts tunnel) {
        Optional<LinkCounters> counters = tunnel.host().counters(tunnel.name()).filter(found -> tunnel.link()
                .isPresent());
        if (counters.isEmpty()) {
            return Optional.empty();
        }
        long sent = counters.get().sentPackets();
        if (counters.get().receivedPackets() != 0 || sent < SENT_IN_VAIN) {
            return Optional.of(Finding.ok("traffic"));
        }
        String watch =
                "tcpdump -n" + tunnel.localDevice().map(link -> " -i " + link).orElse("") + " udp port "
                        + tunnel.tunnel().local().port();
        return Optional.of(Finding.failed(
                "nothing has arrived through the tunnel",
                sent + " packets were sent into it since its link was created",
                "on " + peer(tunnel) + ", run: ipipou doctor; if packets arrive here (" + watch
                        + "), they come from another address than "
                        + tunnel.remoteAddress().map(Ipv4::toString).orElse("the peer's")
                        + ", or a firewall on this host drops them"));
    }

    private static Finding answer(TunnelFacts tunnel) {
        JsonNode server = tunnel.host().agent().peer(tunnel.name().value());
        if (server.isMissingNode()) {
            return Finding.notChecked("the agent knows whether " + peer(tunnel) + " answers");
        }
        if (server.path("state").asText().equals("answered")) {
            return Finding.ok(peer(tunnel) + " answers");
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
        JsonNode fault = server.path("fault");
        if (server.hasNonNull("failure")) {
            return Finding.failed(
                    "authentication packets cannot be sent: "
                            + server.path("failure").asText(),
                    sent,
                    "correct the address, the route or the firewall (OUTPUT) of this host that refuses them");
        }
        String reason = fault.isObject() ? fault.path("reason").asText() : peer(tunnel) + " has not answered yet";
        String remedy = fault.isObject() ? fault.path("remedy").asText() + "; " : "";
        return Finding.failed(
                reason,
                sent,
                remedy + "on " + peer(tunnel)
                        + ", run: ipipou doctor TUNNEL (its name of this tunnel), which says whether packets from here arrive"
                        + " and why they are rejected");
    }
}
