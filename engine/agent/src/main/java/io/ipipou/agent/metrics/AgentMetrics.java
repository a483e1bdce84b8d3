package io.ipipou.agent.metrics;

import io.ipipou.agent.Agent;
import io.ipipou.agent.client.ClientSnapshot;
import io.ipipou.agent.client.ClientState;
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
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** The metrics of an agent. There is no time series per peer: there may be thousands. Thread-safe. */
final class AgentMetrics implements MultiCollector {

    /** @param gate the counters of the gate's rules, by rule */
    record Readings(
            ConvergenceStatus convergence,
            PeerCounts peers,
            Collection<ClientSnapshot> servers,
            Agent.PacketCounts packets,
            Map<String, RuleCounter> gate) {}

    /** Reads an agent; called by one thread at a time. */
    interface Reader {
        Readings read() throws BackendException;
    }

    /** The gate's counters cannot be read. */
    static final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnreadableException(BackendException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private final Reader agent;
    private final String version;

    AgentMetrics(Reader agent, String version) {
        this.agent = agent;
        this.version = version;
    }

    @Override
    public synchronized MetricSnapshots collect() {
        Readings readings;
        try {
            readings = agent.read();
        } catch (BackendException e) {
            throw new UnreadableException(e);
        }
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(InfoSnapshot.builder()
                .name("ipipou_build")
                .help("The agent's version.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", version))
                        .build())
                .build());
        addConvergence(all, readings.convergence());
        addPeers(all, readings.peers());
        addServers(all, readings.servers());
        addPackets(all, readings.packets());
        addGate(all, readings.gate());
        return new MetricSnapshots(all);
    }

    private static void addConvergence(List<MetricSnapshot> all, ConvergenceStatus status) {
        all.add(MetricFamily.counters(
                "ipipou_applies",
                "Applies, by whether the host matched the configuration afterwards.",
                "result",
                Map.of("converged", status.converged(), "failed", status.failed())));
        all.add(MetricFamily.gauges(
                "ipipou_tunnels",
                "Tunnels in the configuration and on the host, at the last check.",
                "state",
                counts(ConvergenceStatus.State.values(), state -> status.tunnels()
                        .getOrDefault(state, 0L))));
        all.add(MetricFamily.gauge(
                "ipipou_drift_resources", "Resources that differ from the configuration, at the last check.", (double)
                        status.differing()));
        all.add(MetricFamily.counter("ipipou_drift_repairs", "Resources repaired after drift.", status.repaired()));
    }

    private static void addPeers(List<MetricSnapshot> all, PeerCounts peers) {
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
    }

    private static void addServers(List<MetricSnapshot> all, Collection<ClientSnapshot> servers) {
        all.add(MetricFamily.gauges(
                "ipipou_servers",
                "Servers that this host authenticates to.",
                "state",
                counts(ClientState.values(), state -> servers.stream()
                        .filter(server -> server.state() == state)
                        .count())));
    }

    private static void addPackets(List<MetricSnapshot> all, Agent.PacketCounts packets) {
        all.add(MetricFamily.counter(
                "ipipou_auth_dropped",
                "Packets dropped without verification because too many were waiting.",
                packets.dropped()));
        all.add(MetricFamily.counter(
                "ipipou_queue_overruns",
                "How often the kernel dropped packets because the agent did not receive them in time.",
                packets.overruns()));
    }

    private static void addGate(List<MetricSnapshot> all, Map<String, RuleCounter> gate) {
        Map<String, Long> packets = new TreeMap<>();
        Map<String, Long> bytes = new TreeMap<>();
        gate.forEach((rule, counter) -> {
            packets.put(rule, counter.packets());
            bytes.put(rule, counter.bytes());
        });
        all.add(MetricFamily.counters(
                "ipipou_gate_packets", "Packets counted by a rule of the gate.", "rule", packets));
        all.add(MetricFamily.counters("ipipou_gate_bytes", "Bytes counted by a rule of the gate.", "rule", bytes));
    }

    private static <E extends Enum<E>> Map<String, Long> counts(E[] values, Function<E, Long> count) {
        Map<String, Long> counts = new TreeMap<>();
        Stream.of(values)
                .forEach(value ->
                        counts.put(value.name().toLowerCase(Locale.ROOT).replace('_', '-'), count.apply(value)));
        return counts;
    }
}
