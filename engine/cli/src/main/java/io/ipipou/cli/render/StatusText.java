package io.ipipou.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.json.Json;
import io.ipipou.spi.state.LinkCounters;
import java.util.List;
import java.util.stream.Collectors;

/** A host's status as text. */
public final class StatusText {

    private final StringBuilder out = new StringBuilder();

    private StatusText() {}

    public static String of(HostStatus status) {
        StatusText text = new StatusText();
        JsonNode document = Json.tree(status.document());
        text.tunnels(status.tunnels());
        if (!document.path("peers").isEmpty()) {
            text.peers(document);
        }
        status.source().ifPresent(text::source);
        return text.out.toString();
    }

    private void tunnels(List<TunnelStatus> tunnels) {
        if (tunnels.isEmpty()) {
            line("No tunnels.");
            return;
        }
        tunnelRow("TUNNEL", "STATE", "RECEIVED", "SENT", "ENDPOINTS");
        for (TunnelStatus tunnel : tunnels) {
            tunnelRow(
                    tunnel.name(),
                    tunnel.state().toString(),
                    tunnel.counters().map(StatusText::received).orElse("-"),
                    tunnel.counters().map(StatusText::sent).orElse("-"),
                    tunnel.endpoints().orElse("-"));
            tunnel.drift().forEach(change -> line("  " + change.action().symbol() + " " + change.id()));
        }
    }

    private void tunnelRow(String name, String state, String received, String sent, String endpoints) {
        line("%-16s %-8s %-24s %-24s %s".formatted(name, state, received, sent, endpoints));
    }

    private static String received(LinkCounters counters) {
        return traffic(counters.receivedPackets(), counters.receivedBytes());
    }

    private static String sent(LinkCounters counters) {
        return traffic(counters.sentPackets(), counters.sentBytes());
    }

    private static String traffic(long packets, long bytes) {
        return Long.toUnsignedString(packets) + " packets " + Long.toUnsignedString(bytes) + " B";
    }

    /** Everything about authentication. */
    private void peers(JsonNode document) {
        line("\nThe agent is " + text(document, "agent") + ".");
        peerRow("TUNNEL", "PEER STATE", "ENDPOINT", "EXPIRES IN", "LAST AUTH", "REJECTED");
        document.path("peers").properties().forEach(entry -> peer(entry.getKey(), entry.getValue()));
        JsonNode unmatched = document.path("packets").path("refusals");
        unmatched.properties().forEach(entry -> {
            String reason = entry.getKey().equals("wrong-key") ? "wrong key or secret" : entry.getKey();
            line("%s authentication packets matched no peer (%s)".formatted(entry.getValue(), reason));
        });
        document.path("gate").properties().forEach(entry -> {
            long packets = entry.getValue().path("packets").asLong();
            if (packets != 0) {
                line("gate: " + packets + " packets " + entry.getKey());
            }
        });
    }

    private void peer(String tunnel, JsonNode peer) {
        String rejected = peer.path("refusals").properties().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        peerRow(
                tunnel,
                text(peer, "state"),
                text(peer, "endpoint"),
                expiry(peer),
                time(peer, "last_authentication"),
                rejected.isEmpty() ? "-" : rejected);
        if (peer.hasNonNull("failure")) {
            line("  cannot send authentication packets: " + text(peer, "failure"));
        }
        if (text(peer, "state").equals("silent")) {
            String next = peer.hasNonNull("next_authentication_in")
                    ? ", next attempt in " + text(peer, "next_authentication_in") + " s"
                    : "";
            line("  no reply since " + time(peer, "since") + next);
        }
    }

    private void peerRow(String tunnel, String state, String endpoint, String expiry, String auth, String rejected) {
        line("%-16s %-10s %-22s %-11s %-21s %s".formatted(tunnel, state, endpoint, expiry, auth, rejected));
    }

    private static String expiry(JsonNode peer) {
        if (peer.hasNonNull("expires_in")) {
            return text(peer, "expires_in") + " s";
        }
        return text(peer, "state").equals("admitted") ? "never" : "-";
    }

    private void source(JsonNode source) {
        line("\nFollows %s in %s, branch or tag %s."
                .formatted(text(source, "path"), text(source, "repo"), text(source, "ref")));
        JsonNode inForce = source.path("in_force");
        if (inForce.isObject()) {
            detail("in force", revision(inForce));
            detail("", "since " + time(inForce, "since"));
        } else {
            detail("in force", "no revision");
        }
        JsonNode rejected = source.path("refused");
        if (rejected.isObject()) {
            detail("rejected", revision(rejected));
            text(rejected, "reason").lines().forEach(reason -> detail("", reason));
        }
        detail("last contact", source.hasNonNull("last_contact") ? time(source, "last_contact") : "never");
        JsonNode error = source.path("last_error");
        if (error.isObject()) {
            String end = error.hasNonNull("until") ? " until " + time(error, "until") : ", ongoing";
            detail("last error", "since " + time(error, "since") + end + ": " + text(error, "message"));
        }
    }

    private static String revision(JsonNode revision) {
        JsonNode signature = revision.path("signature");
        String signed =
                switch (text(signature, "status")) {
                    case "trusted" -> "signed by " + text(signature, "signer");
                    case "none" -> "not signed";
                    default -> "signature not trusted: " + text(signature, "detail");
                };
        return "%s by %s, %s, %s"
                .formatted(text(revision, "revision"), text(revision, "author"), time(revision, "time"), signed);
    }

    private void detail(String name, String text) {
        line("  %-13s %s".formatted(name, text));
    }

    private static String text(JsonNode object, String field) {
        return object.hasNonNull(field) ? object.path(field).asText() : "-";
    }

    /** Without fractions of a second. */
    private static String time(JsonNode object, String field) {
        return text(object, field).replaceFirst("\\.\\d+Z$", "Z");
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }
}
