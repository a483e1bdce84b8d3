package io.ipipou.cli.option;

import io.ipipou.agent.Agent;
import io.ipipou.agent.metrics.Metrics;
import io.ipipou.agent.metrics.MetricsAddress;
import io.ipipou.cli.process.Version;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.backend.BackendException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of what serves metrics. */
public final class MetricsOptions {

    public static final class Address implements ITypeConverter<MetricsAddress> {
        @Override
        public MetricsAddress convert(String text) {
            try {
                return MetricsAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    @Option(
            names = "--metrics",
            paramLabel = "ADDRESS:PORT|SOCKET",
            converter = Address.class,
            description = "Where to serve metrics for Prometheus, at /metrics: " + MetricsAddress.EXAMPLES
                    + "; default: nowhere.")
    private @Nullable MetricsAddress address;

    /**
     * Serves them where they are asked for; nothing of it is loaded otherwise.
     *
     * @param source how the agent stands to the source that it follows; empty when it follows none
     */
    public Closeable serve(Agent agent, Optional<Supplier<SyncStatus>> source) throws BackendException, IOException {
        return address == null ? () -> {} : Metrics.start(address, agent, Version.number(), source);
    }
}
