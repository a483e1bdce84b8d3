package io.ipipou.agent.metrics;

import io.ipipou.agent.Agent;
import io.ipipou.agent.event.Event;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.RuleCounter;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves an agent's metrics to Prometheus. */
public final class Metrics implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

    /** Prometheus' own limit of a scrape. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final MetricsAddress address;
    private final Backend backend;
    private final MetricsServer server;

    private Metrics(MetricsAddress address, Backend backend, MetricsServer server) {
        this.address = address;
        this.backend = backend;
        this.server = server;
    }

    /**
     * Starts serving. A scrape reads the kernel with a backend of its own, so that no write waits for it.
     *
     * @param version of ipipou
     * @param source the status of the source that the agent follows, for any thread; empty if it follows none
     * @throws BackendException if the kernel cannot be read
     * @throws IOException if the address cannot be listened on
     */
    public static Metrics start(
            MetricsAddress address, Agent agent, String version, Optional<Supplier<SyncStatus>> source)
            throws BackendException, IOException {
        Backend backend = agent.openBackend();
        try {
            MetricsServer server = MetricsServer.start(
                    address.bind(), accept -> page(() -> read(agent, version, source, backend), accept), TIMEOUT);
            Event.METRICS_LISTENING.log(LOG, server.address());
            return new Metrics(address, backend, server);
        } catch (IOException e) {
            backend.close();
            throw e;
        }
    }

    private static AgentMetrics read(
            Agent agent, String version, Optional<Supplier<SyncStatus>> source, Backend backend)
            throws BackendException {
        Map<String, RuleCounter> gate;
        synchronized (backend) { // it is used by one thread at a time
            gate = backend.ruleCounters();
        }
        return new AgentMetrics(
                version,
                agent.convergence(),
                agent.peerCounts(),
                agent.clients().values(),
                agent.packets(),
                gate,
                source.map(Supplier::get));
    }

    static HttpResponse page(Callable<AgentMetrics> reader, String accept) throws Exception {
        ExpositionFormatWriter writer = accept.contains("application/openmetrics-text")
                ? OpenMetricsTextFormatWriter.create()
                : PrometheusTextFormatWriter.create();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        writer.write(body, reader.call().snapshots());
        return new HttpResponse("200 OK", writer.getContentType(), body.toByteArray());
    }

    @Override
    public void close() throws IOException {
        server.close();
        address.removeSocket();
        backend.close();
    }
}
