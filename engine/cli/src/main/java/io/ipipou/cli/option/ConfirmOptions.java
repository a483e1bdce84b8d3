package io.ipipou.cli.option;

import io.ipipou.core.config.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What an apply waits for before it is kept. */
public final class ConfirmOptions {

    /** For probes, where nothing else is said. */
    private static final Duration DEFAULT = Duration.ofSeconds(60);

    @Option(
            names = "--confirm-within",
            paramLabel = "TIME",
            converter = Time.class,
            description =
                    "Roll back unless ipipou confirm comes in this time, such as 120s or 5m; with --probe: unless all"
                            + " probes succeed in this time.")
    private @Nullable Duration within;

    @Option(
            names = "--probe",
            paramLabel = "COMMAND",
            description =
                    "A shell command that has to succeed, or all is rolled back; may be repeated. Within 60s, if not"
                            + " said otherwise.")
    private List<String> probes = new ArrayList<>();

    /** A positive time. */
    public static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Durations.parse(text)
                    .filter(time -> !time.isZero())
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "' is no time (write one such as 120s, 5m or 1h)"));
        }
    }

    /** Whether there is anything to wait for. */
    public boolean areGiven() {
        return within != null || !probes.isEmpty();
    }

    public List<String> probes() {
        return List.copyOf(probes);
    }

    public Duration within() {
        return Optional.ofNullable(within).orElse(DEFAULT);
    }
}
