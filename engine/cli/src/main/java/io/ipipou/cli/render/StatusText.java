package io.ipipou.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ipipou.core.json.Json;
import io.ipipou.core.plan.Change;
import io.ipipou.spi.state.LinkCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A host's status as text. */
public final class StatusText {

    /** A missing table alone means thousands of elements. */
    private static final int MAX_SHARED = 5;

    private final StringBuilder out = new StringBuilder();

    private StatusText() {}

    public static String of(HostStatus status) {
        StatusText text = new StatusText();
        text.tunnels(status);
        text.shared(status.shared());
        JsonNode document = Json.tree(status.document());
        if (document.hasNonNull("summary")) {
            text.line("\nThe agent " + text(document, "summary") + ".");
        } else if (!document.path("peers").isEmpty()) {
            text.line("\nThe agent is " + text(document, "agent") + ".");
        }
        if (!document.path("peers").isEmpty()) {
            text.packets(document);
        }
        status.source().ifPresent(text::source);
        return text.out.toString();
    }

    private void tunnels(HostStatus status) {
        if (status.tunnels().isEmpty()) {
            line("No tunnels.");
            return;
        }
        boolean withPeers = !status.peers().isEmpty();
        TextTable table = new TextTable();
        table.row(
                withPeers
                        ? List.of("TUNNEL", "STATE", "PEER", "LAST AUTH", "RECEIVED", "SENT", "ENDPOINTS")
                        : List.of("TUNNEL", "STATE", "RECEIVED", "SENT", "ENDPOINTS"));
        for (TunnelStatus tunnel : status.tunnels()) {
            List<String> cells =
                    new ArrayList<>(List.of(tunnel.name(), tunnel.state().toString()));
            if (withPeers) {
                JsonNode peer = status.peers().getOrDefault(tunnel.name(), MissingNode.getInstance());
                cells.add(text(peer, "state"));
                cells.add(time(peer, "last_authentication"));
            }
            cells.add(tunnel.counters().map(StatusText::received).orElse("-"));
            cells.add(tunnel.counters().map(StatusText::sent).orElse("-"));
            cells.add(tunnel.endpoints().orElse("-"));
            table.row(cells);
            JsonNode server = status.peers().getOrDefault(tunnel.name(), MissingNode.getInstance());
            if (server.hasNonNull("endpoint_reason")) {
                table.detail("uses " + text(server, "endpoint_name") + ": " + text(server, "endpoint_reason"));
            }
            Optional.ofNullable(status.faults().get(tunnel.name())).ifPresent(fault -> table.detail(fault.toString()));
            tunnel.drift().forEach(change -> table.detail(change.action().symbol() + " " + change.id()));
        }
        out.append(table);
    }

    private void shared(List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        line("\nWhat tunnels share differs from the file (run: ipipou apply):");
        changes.stream()
                .limit(MAX_SHARED)
                .forEach(change -> line("  " + change.action().symbol() + " " + change.id()));
        if (changes.size() > MAX_SHARED) {
            line("  and %d more (see: ipipou plan)".formatted(changes.size() - MAX_SHARED));
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

    private void packets(JsonNode document) {
        JsonNode packets = document.path("packets");
        packets.path("refusals").properties().forEach(entry -> {
            String reason = entry.getKey().equals("wrong-key") ? "wrong key or secret" : entry.getKey();
            line("%s authentication packets matched no peer (%s)".formatted(entry.getValue(), reason));
        });
        JsonNode last = packets.path("last_rejection");
        if (last.isObject()) {
            line("  the last came from %s at %s".formatted(text(last, "endpoint"), time(last, "at")));
        }
        document.path("gate").properties().forEach(entry -> {
            long counted = entry.getValue().path("packets").asLong();
            if (counted != 0) {
                line("gate: " + counted + " packets " + entry.getKey());
            }
        });
    }

    private void source(JsonNode source) {
        line("\nFollows " + place(source) + ".");
        JsonNode inForce = source.path("in_force");
        if (inForce.isObject()) {
            detail("in force", revision(inForce));
            detail("", "since " + time(inForce, "since"));
            if (!place(inForce).equals(place(source))) {
                detail("", "from " + place(inForce));
            }
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

    private static String place(JsonNode source) {
        return "%s in %s, branch or tag %s".formatted(text(source, "path"), text(source, "repo"), text(source, "ref"));
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
    static String time(JsonNode object, String field) {
        return text(object, field).replaceFirst("\\.\\d+Z$", "Z");
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }
}
