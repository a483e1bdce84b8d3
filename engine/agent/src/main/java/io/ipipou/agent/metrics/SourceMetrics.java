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

/** The metrics of an agent that follows a source. */
final class SourceMetrics implements MultiCollector {

    private final Supplier<SyncStatus> source;

    SourceMetrics(Supplier<SyncStatus> source) {
        this.source = source;
    }

    @Override
    public MetricSnapshots collect() {
        SyncStatus status = source.get();
        SyncStatus.Events events = status.events();
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(MetricFamily.gauge(
                "ipipou_source_reachable",
                "1 if the last sync reached the source, 0 otherwise.",
                events.outage().map(Outage::isOver).orElse(true) ? 1 : 0));
        all.add(MetricFamily.gauge(
                "ipipou_source_revision_rejected",
                "1 if the newest revision was rejected, 0 otherwise.",
                events.rejected().isPresent() ? 1 : 0));
        add(
                all,
                "ipipou_source_contact_timestamp_seconds",
                "Unix time of the last successful contact with the source.",
                events.lastContact());
        add(
                all,
                "ipipou_source_revision_timestamp_seconds",
                "Unix time of the revision in force.",
                status.lastGood().map(LastGoodRevision::revision).map(revision -> revision.time()));
        return new MetricSnapshots(all);
    }

    private static void add(List<MetricSnapshot> all, String name, String help, Optional<Instant> time) {
        time.ifPresent(known -> all.add(MetricFamily.gauge(name, help, known.toEpochMilli() / 1000.0)));
    }
}
