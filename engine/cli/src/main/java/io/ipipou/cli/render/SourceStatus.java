package io.ipipou.cli.render;

import io.ipipou.core.source.LastGoodRevision;
import io.ipipou.core.source.Outage;
import io.ipipou.core.source.RejectedRevision;
import io.ipipou.core.source.SourceRef;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.source.Revision;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The status of the repository that a host follows, as JSON. */
public final class SourceStatus {

    private SourceStatus() {}

    public static Map<String, Object> document(SyncStatus status) {
        Map<String, Object> document = new LinkedHashMap<>();
        putSource(document, status.source());
        document.put("in_force", status.lastGood().map(SourceStatus::inForce).orElse(null));
        document.put(
                "unconfirmed", status.unconfirmed().map(SourceStatus::inForce).orElse(null));
        document.put(
                "refused",
                status.events().rejected().map(SourceStatus::rejected).orElse(null));
        document.put(
                "last_contact",
                status.events().lastContact().map(Object::toString).orElse(null));
        document.put(
                "last_error", status.events().outage().map(SourceStatus::outage).orElse(null));
        return document;
    }

    private static Map<String, Object> inForce(LastGoodRevision good) {
        Map<String, Object> document = revision(good.revision());
        document.put("since", good.since().toString());
        putSource(document, good.source());
        return document;
    }

    private static void putSource(Map<String, Object> document, SourceRef source) {
        document.put("repo", source.address());
        document.put("ref", source.ref());
        document.put("path", source.path());
    }

    private static Map<String, Object> rejected(RejectedRevision rejected) {
        Map<String, Object> document = revision(rejected.revision());
        document.put("at", rejected.at().toString());
        document.put("reason", rejected.rejection().reason());
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

    private static Map<String, Object> outage(Outage outage) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("since", outage.since().toString());
        document.put("until", outage.until().map(Object::toString).orElse(null));
        document.put("message", outage.message());
        return document;
    }
}
