package io.ipipou.agent.metrics;

import io.ipipou.agent.Agent;
import io.ipipou.agent.client.Clients;
import io.ipipou.agent.converge.ConvergenceStatus;
import io.ipipou.agent.peer.PeerCounts;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.RuleCounter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What an agent knows, summed up: no time series a peer, of which there may be thousands. Looks when it is asked, with a
 * backend of its own, so that no proof waits for it. Safe for use by several threads, one at a time.
 */
final class AgentMetrics implements MultiCollector {

    /** What is asked of an agent; a seam for tests. */
    interface View {
        ConvergenceStatus progress();

        PeerCounts census();

        Map<?, Clients.Snapshot> clients();

        Agent.Drops drops();

        Map<String, RuleCounter> rules() throws BackendException;
    }

    /** The gate could not be read. */
    static final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnreadableException(BackendException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private final View agent;
    private final String version;

    AgentMetrics(View agent, String version) {
        this.agent = agent;
        this.version = version;
    }

    @Override
    public synchronized MetricSnapshots collect() {
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(InfoSnapshot.builder()
                .name("ipipou_build")
                .help("The agent's version.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", version))
                        .build())
                .build());
        addProgress(all, agent.progress());
        addPeers(all, agent.census());
        addPackets(all, agent.drops());
        return new MetricSnapshots(all);
    }

    private static void addProgress(List<MetricSnapshot> all, ConvergenceStatus progress) {
        all.add(Family.counters(
                "ipipou_applies",
                "Times that the host was converged, or could not be.",
                "result",
                Map.of("converged", progress.converged(), "failed", progress.failed())));
        all.add(Family.gauges(
                "ipipou_tunnels",
                "Tunnels of the file and of the host, as the last look found them.",
                "state",
                named(ConvergenceStatus.State.values(), state -> progress.tunnels()
                        .getOrDefault(state, 0L))));
        all.add(Family.gauge(
                "ipipou_drift_resources", "Resources that differ from the file, at the last look.", (double)
                        progress.differing()));
        all.add(Family.counter(
                "ipipou_drift_repairs",
                "Resources that somebody else changed and the agent mended.",
                progress.repaired()));
    }

    private void addPeers(List<MetricSnapshot> all, PeerCounts census) {
        all.add(Family.gauges(
                "ipipou_peers",
                "Peers that have to prove themselves.",
                "state",
                Map.of("admitted", census.admitted(), "expired", census.expired(), "waiting", census.waiting())));
        all.add(Family.counter("ipipou_proofs_accepted", "Proofs that were good.", census.proofs()));
        all.add(Family.counters(
                "ipipou_refusals",
                "Packets that were no good proof.",
                "reason",
                named(RejectionReason.values(), reason -> census.refusals().getOrDefault(reason, 0L))));
        List<Clients.Snapshot> servers = List.copyOf(agent.clients().values());
        all.add(Family.gauges(
                "ipipou_servers",
                "Servers that this host proves itself to.",
                "state",
                named(Clients.State.values(), state -> servers.stream()
                        .filter(server -> server.state() == state)
                        .count())));
    }

    private void addPackets(List<MetricSnapshot> all, Agent.Drops drops) {
        all.add(Family.counter(
                "ipipou_queue_overload", "Packets dropped because too many waited to be verified.", drops.overload()));
        all.add(Family.counter(
                "ipipou_queue_overruns",
                "Times that the kernel dropped packets because they were not taken in time.",
                drops.overruns()));
        Map<String, RuleCounter> rules = rules();
        Map<String, Long> packets = new TreeMap<>();
        Map<String, Long> bytes = new TreeMap<>();
        rules.forEach((rule, counter) -> {
            packets.put(rule, counter.packets());
            bytes.put(rule, counter.bytes());
        });
        all.add(Family.counters("ipipou_gate_packets", "Packets that a rule of the gate counted.", "rule", packets));
        all.add(Family.counters("ipipou_gate_bytes", "Bytes that a rule of the gate counted.", "rule", bytes));
    }

    private Map<String, RuleCounter> rules() {
        try {
            return agent.rules();
        } catch (BackendException e) {
            throw new UnreadableException(e);
        }
    }

    private static <E extends Enum<E>> Map<String, Long> named(E[] values, Function<E, Long> count) {
        Map<String, Long> named = new TreeMap<>();
        Stream.of(values).forEach(value -> named.put(name(value), count.apply(value)));
        return named;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
