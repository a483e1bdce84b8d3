package io.ipipou.agent.metrics;

import io.ipipou.agent.Agent;
import io.ipipou.agent.client.Clients;
import io.ipipou.agent.converge.ConvergenceStatus;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.peer.PeerCounts;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.RuleCounter;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent's metrics, served as Prometheus reads them. */
public final class Metrics implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

    /** How long a scrape may take: Prometheus' own limit is 10 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final MetricsAddress address;
    private final Backend backend;
    private final MetricsServer server;

    private Metrics(MetricsAddress address, Backend backend, MetricsServer server) {
        this.address = address;
        this.backend = backend;
        this.server = server;
    }

    /**
     * Begins to serve.
     *
     * @param version ipipou's
     * @param source how the agent stands to the source that it follows, for any thread; empty when it follows none
     * @throws BackendException if the kernel cannot be looked at
     * @throws IOException if nothing can be served there
     */
    public static Metrics start(
            MetricsAddress address, Agent agent, String version, Optional<Supplier<SyncStatus>> source)
            throws BackendException, IOException {
        Backend backend = agent.openBackend();
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register(new AgentMetrics(view(agent, backend), version));
        source.ifPresent(state -> registry.register(new SourceMetrics(state)));
        try {
            MetricsServer server = MetricsServer.start(address.bind(), accept -> page(registry, accept), PATIENCE);
            Event.METRICS_SERVED.log(LOG, server.address());
            return new Metrics(address, backend, server);
        } catch (IOException e) {
            backend.close();
            throw e;
        }
    }

    private static AgentMetrics.View view(Agent agent, Backend backend) {
        return new AgentMetrics.View() {
            @Override
            public ConvergenceStatus progress() {
                return agent.progress();
            }

            @Override
            public PeerCounts census() {
                return agent.census();
            }

            @Override
            public Map<?, Clients.Snapshot> clients() {
                return agent.clients();
            }

            @Override
            public Agent.Drops drops() {
                return agent.drops();
            }

            @Override
            public Map<String, RuleCounter> rules() throws BackendException {
                return backend.ruleCounters();
            }
        };
    }

    static HttpAnswer page(PrometheusRegistry registry, String accept) throws IOException {
        ExpositionFormatWriter writer = accept.contains("application/openmetrics-text")
                ? OpenMetricsTextFormatWriter.create()
                : PrometheusTextFormatWriter.create();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        writer.write(body, registry.scrape());
        return new HttpAnswer("200 OK", writer.getContentType(), body.toByteArray());
    }

    @Override
    public void close() throws IOException {
        server.close();
        address.forget();
        backend.close();
    }
}
