package io.ipipou.agent.follow;

import io.ipipou.agent.Agent;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.source.Rejection;
import io.ipipou.core.source.RevisionTarget;
import io.ipipou.spi.backend.BackendException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has a running agent take to a revision, and back to the file before where the host does not get there. For one thread at
 * a time.
 */
public final class RunningAgent implements RevisionTarget<RuntimeException> {

    /** The agent's part in it: {@link Agent#reload}. */
    @FunctionalInterface
    public interface Keeper {
        ApplyReport reload(Config config) throws BackendException, UnresolvableException;
    }

    private final Keeper keeper;
    private Config inForce;

    /** @param inForce what the agent was started with */
    public RunningAgent(Keeper keeper, Config inForce) {
        this.keeper = keeper;
        this.inForce = inForce;
    }

    @Override
    public Optional<Rejection> putInForce(LoadedConfig file, String name) {
        Config config = file.config();
        if (Agent.needsAnother(inForce, config)) {
            return Optional.of(new Rejection(
                    Rejection.Kind.RESTART,
                    "settings.backend, queue and nftTable are taken at start: restart the agent to have them changed"));
        }
        List<String> wrong = reload(config);
        if (wrong.isEmpty()) {
            inForce = config;
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>(wrong);
        List<String> left = reload(inForce);
        if (left.isEmpty()) {
            lines.add("what was in force before is so again, verified");
        } else {
            lines.add(
                    "what was in force before could not be put back whole, and is tried again when the host changes:");
            lines.addAll(left);
        }
        return Optional.of(new Rejection(Rejection.Kind.HOST, String.join("\n", lines)));
    }

    /** What keeps the host from being so; nothing when it is, verified. */
    private List<String> reload(Config config) {
        try {
            ApplyReport report = keeper.reload(config);
            List<String> lines = new ArrayList<>();
            report.failures()
                    .forEach(outcome -> lines.add(
                            outcome.operation().id() + ": " + outcome.refusal().orElseThrow()));
            report.remaining().ifPresent(plan -> lines.addAll(lacking(plan)));
            return lines;
        } catch (UnresolvableException | BackendException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> lacking(Plan remaining) {
        List<String> lines = new ArrayList<>();
        remaining.conflicts().forEach(conflict -> lines.add(conflict.toString()));
        if (lines.isEmpty()) {
            remaining.changes().forEach(change -> lines.add("all was written, yet it differs: " + change.id()));
        }
        return lines;
    }
}
