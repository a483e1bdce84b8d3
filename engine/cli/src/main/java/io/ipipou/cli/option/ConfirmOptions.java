package io.ipipou.cli.option;

import io.ipipou.core.apply.CommitConfirm;
import io.ipipou.core.apply.RollbackGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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

    /** The confirmation that they ask for; empty if they are not given. */
    public Optional<CommitConfirm> confirmation(RollbackGuard guard) {
        return within == null && probes.isEmpty()
                ? Optional.empty()
                : Optional.of(new CommitConfirm(UUID.randomUUID().toString(), within(), guard));
    }

    /** Shell commands, in order. */
    public List<String> probes() {
        return List.copyOf(probes);
    }

    public Duration within() {
        return Optional.ofNullable(within).orElse(DEFAULT);
    }
}
