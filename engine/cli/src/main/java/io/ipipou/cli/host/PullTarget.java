package io.ipipou.cli.host;

import io.ipipou.agent.Agent;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.cli.render.SyncResultText;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.Rejection;
import io.ipipou.core.source.RevisionTarget;
import java.util.Optional;

/** Applies revisions, as {@code apply} does a file. */
public record PullTarget(ApplyTarget host, ApplyOptions options, Terminal terminal)
        implements RevisionTarget<CommandFailure> {

    @Override
    public Optional<Rejection> apply(LoadedConfig file, String name) throws CommandFailure {
        printWarnings(file, terminal);
        if (host.requiresRestart(file.config())) {
            return Optional.of(new Rejection(Rejection.Kind.RESTART, Agent.RESTART_REQUIRED));
        }
        try {
            options.apply(file.config(), host, ApplyOutput.ofFile(terminal, name)); // what is deferred is retried
            return Optional.empty();
        } catch (CommandFailure e) {
            if (e.exitCode() == ExitCode.NO_PERMISSION || e.exitCode() == ExitCode.LOCKED) {
                throw e;
            }
            return Optional.of(new Rejection(Rejection.Kind.HOST, e.getMessage()));
        }
    }

    /** The same for syncs that nobody asked for: every failure is stored, and the sync tried again. */
    public RevisionTarget<RuntimeException> inBackground() {
        return (file, name) -> {
            try {
                return apply(file, name);
            } catch (CommandFailure e) {
                return Optional.of(new Rejection(Rejection.Kind.HOST, e.getMessage()));
            }
        };
    }

    /** Repairs drift from the revision in force, if there is one. */
    public void repair(Follower follower) throws CommandFailure {
        Optional<LoadedConfig> inForce;
        try {
            inForce = follower.lastGood();
        } catch (ConfigException e) {
            throw CommandFailure.of(e);
        }
        if (inForce.isPresent()) {
            Optional<Rejection> failure = new PullTarget(host, ApplyOptions.NONE, terminal)
                    .apply(inForce.get(), SyncResultText.name(follower.status()));
            if (failure.isPresent()) {
                throw CommandFailure.failed(failure.get().reason());
            }
        }
    }

    public static void printWarnings(LoadedConfig file, Terminal terminal) {
        file.warnings().forEach(warning -> terminal.warning(warning.toString()));
    }
}
