package io.ipipou.cli.option;

import io.ipipou.agent.metrics.MetricsAddress;
import io.ipipou.cli.log.Logs;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of the agent alone. */
public final class AgentOptions {

    private enum DriftAction {
        repair,
        report
    }

    private enum LogFormat {
        text,
        json
    }

    private static final class MetricsAddressConverter implements ITypeConverter<MetricsAddress> {
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
            names = "--drift",
            paramLabel = "repair|report",
            description = "If something else changes what ipipou manages: repair it, or only log it. Default: repair.")
    private DriftAction drift = DriftAction.repair;

    /** Takes effect while options are parsed, so that errors in the others have this format too. */
    @Option(
            names = "--log",
            paramLabel = "text|json",
            description = "Log format. With json, each line is an object. Default: text.")
    void logAs(LogFormat format) {
        if (format == LogFormat.json) {
            Logs.useJson();
        }
    }

    @Option(
            names = "--metrics",
            paramLabel = "ADDRESS:PORT|SOCKET",
            converter = MetricsAddressConverter.class,
            description = "Serve Prometheus metrics at /metrics, on loopback or a Unix socket, such as "
                    + MetricsAddress.EXAMPLES + ". Default: off.")
    private @Nullable MetricsAddress metrics;

    /** Whether outside changes are repaired, not only logged. */
    public boolean repairsDrift() {
        return drift == DriftAction.repair;
    }

    public Optional<MetricsAddress> metrics() {
        return Optional.ofNullable(metrics);
    }
}
