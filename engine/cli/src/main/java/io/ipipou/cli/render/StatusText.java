package io.ipipou.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.json.Json;
import io.ipipou.spi.state.LinkCounters;
import java.util.List;

/** A host's status as text. */
public final class StatusText {

    private static final String TUNNEL_ROW = "%-16s %-8s %-24s %-24s %s";
    private static final String PEER_ROW = "%-16s %-10s %-22s %-11s %-21s %s";

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
        line(TUNNEL_ROW, "TUNNEL", "STATE", "RECEIVED", "SENT", "ENDPOINTS");
        for (TunnelStatus tunnel : tunnels) {
            line(
                    TUNNEL_ROW,
                    tunnel.name(),
                    tunnel.state(),
                    tunnel.counters().map(StatusText::received).orElse("-"),
                    tunnel.counters().map(StatusText::sent).orElse("-"),
                    tunnel.endpoints().orElse("-"));
            tunnel.drift().forEach(change -> line("  %s %s", change.action().symbol(), change.id()));
        }
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
        line("\nThe agent is %s.", document.path("agent").asText());
        line(PEER_ROW, "TUNNEL", "PEER STATE", "ENDPOINT", "EXPIRES IN", "LAST AUTH", "REJECTED");
        document.path("peers").properties().forEach(entry -> peer(entry.getKey(), entry.getValue()));
        document.path("packets")
                .path("refusals")
                .properties()
                .forEach(entry -> line(
                        "%s authentication packets matched no peer (%s)",
                        entry.getValue().asText(), reason(entry.getKey())));
        document.path("gate").properties().forEach(entry -> {
            JsonNode packets = entry.getValue().path("packets");
            if (packets.asLong() != 0) {
                line("gate: %s packets %s", packets.asText(), entry.getKey());
            }
        });
    }

    private void peer(String tunnel, JsonNode peer) {
        line(
                PEER_ROW,
                tunnel,
                value(peer.path("state")),
                value(peer.path("endpoint")),
                expiry(peer),
                time(peer.path("last_authentication"), "-"),
                rejections(peer.path("refusals")));
        if (peer.hasNonNull("failure")) {
            line(
                    "  cannot send authentication packets: %s",
                    peer.path("failure").asText());
        }
        if (peer.path("state").asText().equals("silent")) {
            line(
                    "  no reply since %s%s",
                    time(peer.path("since"), "-"),
                    peer.hasNonNull("next_authentication_in")
                            ? ", next attempt in "
                                    + peer.path("next_authentication_in").asText() + " s"
                            : "");
        }
    }

    private static String expiry(JsonNode peer) {
        if (peer.path("expires_in").isNumber()) {
            return peer.path("expires_in").asText() + " s";
        }
        return peer.path("state").asText().equals("admitted") ? "never" : "-";
    }

    private static String rejections(JsonNode counts) {
        List<String> reasons = counts.properties().stream()
                .map(entry -> entry.getValue().asText() + " " + entry.getKey())
                .toList();
        return reasons.isEmpty() ? "-" : String.join(", ", reasons);
    }

    private static String reason(String name) {
        return name.equals("wrong-key") ? "wrong key or secret" : name.replace('-', ' ');
    }

    private void source(JsonNode source) {
        line(
                "\nFollows %s in %s, branch or tag %s.",
                source.path("path").asText(),
                source.path("repo").asText(),
                source.path("ref").asText());
        JsonNode inForce = source.path("in_force");
        if (inForce.isObject()) {
            detail("in force", revision(inForce));
            detail("", "since " + time(inForce.path("since"), "never"));
        } else {
            detail("in force", "no revision");
        }
        JsonNode rejected = source.path("refused");
        if (rejected.isObject()) {
            detail("rejected", revision(rejected));
            rejected.path("reason").asText().lines().forEach(reason -> detail("", reason));
        }
        detail("last contact", time(source.path("last_contact"), "never"));
        JsonNode error = source.path("last_error");
        if (error.isObject()) {
            String end = error.hasNonNull("until") ? " until " + time(error.path("until"), "-") : ", ongoing";
            detail(
                    "last error",
                    "since " + time(error.path("since"), "-") + end + ": "
                            + error.path("message").asText());
        }
    }

    private static String revision(JsonNode revision) {
        JsonNode signature = revision.path("signature");
        String signed =
                switch (signature.path("status").asText()) {
                    case "trusted" -> "signed by " + signature.path("signer").asText();
                    case "none" -> "not signed";
                    default ->
                        "without a trusted signature: "
                                + signature.path("detail").asText();
                };
        return "%s by %s, %s, %s"
                .formatted(
                        revision.path("revision").asText(),
                        revision.path("author").asText(),
                        time(revision.path("time"), "-"),
                        signed);
    }

    private void detail(String name, String text) {
        line("  %-13s %s", name, text);
    }

    private static String value(JsonNode value) {
        return value.isNull() || value.isMissingNode() ? "-" : value.asText();
    }

    /** Without fractions of a second. */
    private static String time(JsonNode time, String missing) {
        return time.isTextual() ? time.asText().replaceFirst("\\.\\d+Z$", "Z") : missing;
    }

    private void line(String format, Object... values) {
        out.append(format.formatted(values).stripTrailing()).append('\n');
    }
}
