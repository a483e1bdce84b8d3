package io.ipipou.cli.option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How an apply is confirmed; it is rolled back otherwise. */
public final class ConfirmOptions {

    private static final Duration DEFAULT = Duration.ofSeconds(60);

    @Option(
            names = "--confirm-within",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Roll back unless you run ipipou confirm within TIME, such as 120s or 5m.")
    private @Nullable Duration within;

    @Option(
            names = "--probe",
            paramLabel = "COMMAND",
            description =
                    "Confirm if this shell command succeeds after the apply, roll back if it fails. Can be repeated;"
                            + " all probes together must finish within the time of --confirm-within (default: 60s).")
    private List<String> probes = new ArrayList<>();

    public boolean areGiven() {
        return within != null || !probes.isEmpty();
    }

    /** Shell commands, in order. */
    public List<String> probes() {
        return List.copyOf(probes);
    }

    public Duration within() {
        return Optional.ofNullable(within).orElse(DEFAULT);
    }
}
