package io.ipipou.agent.metrics;

import io.ipipou.agent.PacketCounts;
import io.ipipou.agent.client.ClientSnapshot;
import io.ipipou.agent.client.ClientState;
import io.ipipou.agent.converge.ConvergenceStatus;
import io.ipipou.agent.peer.PeerCounts;
import io.ipipou.core.source.LastGoodRevision;
import io.ipipou.core.source.Outage;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.RuleCounter;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What an agent exposes. There is no time series per peer: there may be thousands.
 *
 * @param version of ipipou
 * @param gate the counters of the gate's rules, by rule
 * @param source the status of the source that the agent follows; empty if it follows none
 */
record AgentMetrics(
        String version,
        ConvergenceStatus convergence,
        PeerCounts peers,
        Collection<ClientSnapshot> servers,
        PacketCounts packets,
        Map<String, RuleCounter> gate,
        Optional<SyncStatus> source) {

    MetricSnapshots snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(InfoSnapshot.builder()
                .name("ipipou_build")
                .help("The agent's version.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", version))
                        .build())
                .build());
        addConvergence(all);
        addPeers(all);
        addPackets(all);
        addGate(all);
        source.ifPresent(status -> addSource(all, status));
        return new MetricSnapshots(all);
    }

    private void addConvergence(List<MetricSnapshot> all) {
        all.add(MetricFamily.counters(
                "ipipou_applies",
                "Applies, by whether the host matched the configuration afterwards.",
                "result",
                Map.of("converged", convergence.converged(), "failed", convergence.failed())));
        all.add(MetricFamily.gauges(
                "ipipou_tunnels",
                "Tunnels in the configuration and on the host, at the last check.",
                "state",
                counts(
                        ConvergenceStatus.State.values(),
                        state -> convergence.tunnels().getOrDefault(state, 0L))));
        all.add(MetricFamily.gauge(
                "ipipou_drift_resources", "Resources that differ from the configuration, at the last check.", (double)
                        convergence.differing()));
        all.add(MetricFamily.counter(
                "ipipou_drift_repairs", "Resources repaired after drift.", convergence.repaired()));
    }

    private void addPeers(List<MetricSnapshot> all) {
        all.add(MetricFamily.gauges(
                "ipipou_peers",
                "Peers that authenticate to this host.",
                "state",
                Map.of("admitted", peers.admitted(), "expired", peers.expired(), "waiting", peers.waiting())));
        all.add(MetricFamily.counter("ipipou_auth_accepted", "Authentication packets accepted.", peers.accepted()));
        all.add(MetricFamily.counters(
                "ipipou_auth_rejected",
                "Packets rejected as authentication packets.",
                "reason",
                counts(RejectionReason.values(), reason -> peers.rejected().getOrDefault(reason, 0L))));
        all.add(MetricFamily.gauges(
                "ipipou_servers",
                "Servers that this host authenticates to.",
                "state",
                counts(ClientState.values(), state -> servers.stream()
                        .filter(server -> server.state() == state)
                        .count())));
    }

    private void addPackets(List<MetricSnapshot> all) {
        all.add(MetricFamily.counter(
                "ipipou_auth_dropped",
                "Packets dropped without verification because too many were waiting.",
                packets.dropped()));
        all.add(MetricFamily.counter(
                "ipipou_queue_overruns",
                "How often the kernel dropped packets because the agent did not receive them in time.",
                packets.overruns()));
    }

    private void addGate(List<MetricSnapshot> all) {
        Map<String, Long> counted = new TreeMap<>();
        Map<String, Long> bytes = new TreeMap<>();
        gate.forEach((rule, counter) -> {
            counted.put(rule, counter.packets());
            bytes.put(rule, counter.bytes());
        });
        all.add(MetricFamily.counters(
                "ipipou_gate_packets", "Packets counted by a rule of the gate.", "rule", counted));
        all.add(MetricFamily.counters("ipipou_gate_bytes", "Bytes counted by a rule of the gate.", "rule", bytes));
    }

    private static void addSource(List<MetricSnapshot> all, SyncStatus status) {
        SyncStatus.Events events = status.events();
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
    }

    private static void add(List<MetricSnapshot> all, String name, String help, Optional<Instant> time) {
        time.ifPresent(known -> all.add(MetricFamily.gauge(name, help, known.toEpochMilli() / 1000.0)));
    }

    private static <E extends Enum<E>> Map<String, Long> counts(E[] values, Function<E, Long> count) {
        Map<String, Long> counts = new TreeMap<>();
        Stream.of(values)
                .forEach(value ->
                        counts.put(value.name().toLowerCase(Locale.ROOT).replace('_', '-'), count.apply(value)));
        return counts;
    }
}
