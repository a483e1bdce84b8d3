package io.ipipou.agent.metrics;

import io.ipipou.core.source.LastGoodRevision;
import io.ipipou.core.source.Outage;
import io.ipipou.core.source.SyncStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Of an agent that follows a source: how old what it follows is, and whether the source answers. */
final class SourceMetrics implements MultiCollector {

    private final Supplier<SyncStatus> source;

    SourceMetrics(Supplier<SyncStatus> source) {
        this.source = source;
    }

    @Override
    public MetricSnapshots collect() {
        SyncStatus standing = source.get();
        SyncStatus.Events events = standing.events();
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(Family.gauge(
                "ipipou_source_reachable",
                "1 where the source was last asked with success, 0 otherwise.",
                events.trouble().map(Outage::isOver).orElse(true) ? 1 : 0));
        all.add(Family.gauge(
                "ipipou_source_refused",
                "1 where the newest revision was not put in force, 0 otherwise.",
                events.refused().isPresent() ? 1 : 0));
        add(all, "ipipou_source_contact_timestamp_seconds", "When the source answered last.", events.lastContact());
        add(
                all,
                "ipipou_source_revision_timestamp_seconds",
                "When the revision that is in force was made.",
                standing.good().map(LastGoodRevision::revision).map(revision -> revision.time()));
        return new MetricSnapshots(all);
    }

    private static void add(List<MetricSnapshot> all, String name, String help, Optional<Instant> time) {
        time.ifPresent(known -> all.add(Family.gauge(name, help, known.toEpochMilli() / 1000.0)));
    }
}
