package io.ipipou.agent.follow;

import io.ipipou.agent.Agent;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.source.Rejection;
import io.ipipou.core.source.RevisionTarget;
import io.ipipou.spi.backend.BackendException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies revisions through the running agent, and the previous configuration again if the host does not match the new one.
 * For one thread at a time.
 */
public final class RunningAgent implements RevisionTarget<RuntimeException> {

    /** {@link Agent#reload}. */
    @FunctionalInterface
    public interface Reloader {
        ApplyReport reload(Config config) throws BackendException;
    }

    private final Reloader reloader;
    private Config inForce;

    /** @param inForce what the agent was started with */
    public RunningAgent(Reloader reloader, Config inForce) {
        this.reloader = reloader;
        this.inForce = inForce;
    }

    @Override
    public Optional<Rejection> apply(LoadedConfig file, String name) {
        Config config = file.config();
        if (Agent.requiresRestart(inForce, config)) {
            return Optional.of(new Rejection(Rejection.Kind.RESTART, Agent.RESTART_REQUIRED));
        }
        List<String> problems = reload(config);
        if (problems.isEmpty()) {
            inForce = config;
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>(problems);
        List<String> remaining = reload(inForce);
        if (remaining.isEmpty()) {
            lines.add("rolled back to the previous configuration, and verified");
        } else {
            lines.add("rolling back to the previous configuration failed, and is retried when the host changes:");
            lines.addAll(remaining);
        }
        return Optional.of(new Rejection(Rejection.Kind.HOST, String.join("\n", lines)));
    }

    /** Why the host does not match the configuration; empty if it does, verified, but for what is deferred. */
    private List<String> reload(Config config) {
        try {
            ApplyReport report = reloader.reload(config);
            if (report.converged()) {
                return List.of();
            }
            List<String> lines = new ArrayList<>();
            report.failures()
                    .forEach(outcome -> lines.add(
                            outcome.operation().id() + ": " + outcome.refusal().orElseThrow()));
            if (lines.isEmpty()) {
                report.remaining().ifPresent(remaining -> remaining
                        .changes()
                        .forEach(change -> lines.add("every write succeeded, but this still differs: " + change.id())));
            }
            return lines;
        } catch (BackendException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }
}
