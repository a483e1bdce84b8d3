package io.ipipou.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.json.Json;
import io.ipipou.core.source.LastGoodRevision;
import io.ipipou.core.source.Outage;
import io.ipipou.core.source.RejectedRevision;
import io.ipipou.core.source.SyncStateFiles;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.source.Revision;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How a host stands to the source that it follows, as {@code status} shows it. */
public final class SourceStatus {

    private SourceStatus() {}

    /** As JSON. */
    public static Map<String, Object> document(SyncStatus standing) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("repo", standing.place().address());
        document.put("ref", standing.place().ref());
        document.put("path", standing.place().path());
        document.put("in_force", standing.good().map(SourceStatus::good).orElse(null));
        document.put(
                "refused",
                standing.events().refused().map(SourceStatus::refused).orElse(null));
        document.put(
                "last_contact",
                standing.events().lastContact().map(Object::toString).orElse(null));
        document.put(
                "last_error",
                standing.events().trouble().map(SourceStatus::trouble).orElse(null));
        return document;
    }

    private static Map<String, Object> good(LastGoodRevision good) {
        Map<String, Object> document = revision(good.revision());
        document.put("since", good.since().toString());
        return document;
    }

    private static Map<String, Object> refused(RejectedRevision refused) {
        Map<String, Object> document = revision(refused.revision());
        document.put("at", refused.at().toString());
        document.put("reason", refused.objection().reason());
        return document;
    }

    private static Map<String, Object> revision(Revision revision) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("revision", revision.id());
        document.put("author", revision.author());
        document.put("time", revision.time().toString());
        document.put(
                "signature",
                Map.of(
                        "status",
                        revision.signature().status().name().toLowerCase(Locale.ROOT),
                        "signer",
                        revision.signature().signer(),
                        "detail",
                        revision.signature().detail()));
        return document;
    }

    private static Map<String, Object> trouble(Outage trouble) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("since", trouble.since().toString());
        document.put("until", trouble.until().map(Object::toString).orElse(null));
        document.put("message", trouble.message());
        return document;
    }

    /** From the agent when it follows a source, otherwise from what the last pull left; empty when there was none. */
    public static Optional<JsonNode> find(Optional<JsonNode> agent, Terminal terminal) {
        if (agent.isPresent()) {
            return agent.map(answer -> answer.path("source")).filter(JsonNode::isObject);
        }
        SyncStateFiles store = new SyncStateFiles(Directories.state());
        try {
            return store.standing().map(SourceStatus::document).map(Json::tree);
        } catch (IOException e) {
            terminal.complain("note: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** For people. */
    public static String text(JsonNode source) {
        StringBuilder out = new StringBuilder("%nFollows %s of %s of %s.%n"
                .formatted(
                        source.path("path").asText(),
                        source.path("ref").asText(),
                        source.path("repo").asText()));
        JsonNode good = source.path("in_force");
        out.append(
                good.isObject()
                        ? revision("in force", good) + line("", "since " + time(good.path("since")))
                        : line("in force", "no revision"));
        JsonNode refused = source.path("refused");
        if (refused.isObject()) {
            out.append(revision("refused", refused));
            refused.path("reason").asText().lines().forEach(reason -> out.append(line("", reason)));
        }
        out.append(line("last contact", time(source.path("last_contact"))));
        JsonNode error = source.path("last_error");
        if (error.isObject()) {
            String until = error.hasNonNull("until") ? "until " + time(error.path("until")) : "and still";
            out.append(line(
                    "last error",
                    "since " + time(error.path("since")) + " " + until + ": "
                            + error.path("message").asText()));
        }
        return out.toString();
    }

    private static String revision(String what, JsonNode revision) {
        JsonNode signature = revision.path("signature");
        String signed =
                switch (signature.path("status").asText()) {
                    case "trusted" -> "signed by " + signature.path("signer").asText();
                    case "none" -> "not signed";
                    default ->
                        "not signed by anyone trusted: "
                                + signature.path("detail").asText();
                };
        return line(
                what,
                revision.path("revision").asText() + " by "
                        + revision.path("author").asText() + " of " + time(revision.path("time")) + ", " + signed);
    }

    private static String line(String what, String text) {
        return "  %-13s %s".formatted(what, text).stripTrailing() + "\n";
    }

    private static String time(JsonNode time) {
        return time.isTextual() ? time.asText().replaceFirst("\\.\\d+Z$", "Z") : "never";
    }
}
