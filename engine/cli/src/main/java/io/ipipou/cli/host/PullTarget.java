package io.ipipou.cli.host;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.cli.render.SyncResultText;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.Rejection;
import io.ipipou.core.source.RevisionTarget;
import io.ipipou.spi.backend.BackendException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Applies revisions on a host without an agent, as {@code apply} does a file. */
public record PullTarget(Terminal terminal, HostSession session) implements RevisionTarget<CommandFailure> {

    @Override
    public Optional<Rejection> apply(LoadedConfig file, String name) throws CommandFailure {
        printWarnings(file, terminal);
        Config config = file.config();
        Journal journal = session.journal(config);
        ApplyOutput output = ApplyOutput.ofFile(terminal, name);
        AtomicBoolean planned = new AtomicBoolean();
        return session.write(config, (backend, reconciler) -> {
            ApplyReport report;
            try {
                report = reconciler.apply(
                        journal,
                        plan -> {
                            planned.set(true);
                            output.printPlan(plan);
                        },
                        false,
                        Optional.empty());
            } catch (BackendException e) {
                // Without a plan, the host's state could not be read: not the revision's fault either.
                if (planned.get() && !e.isPermissionDenied()) {
                    return doesNotFit(e);
                }
                throw e;
            }
            return result(output, report);
        });
    }

    private static Optional<Rejection> result(ApplyOutput output, ApplyReport report) throws CommandFailure {
        try {
            output.printResult(report);
            return Optional.empty();
        } catch (CommandFailure e) {
            if (report.converged()) { // what is deferred is retried
                output.terminal().error(e.getMessage());
                return Optional.empty();
            }
            if (e.exitCode() == ExitCode.NO_PERMISSION) {
                throw e;
            }
            return doesNotFit(e);
        }
    }

    private static Optional<Rejection> doesNotFit(Exception e) {
        return Optional.of(new Rejection(Rejection.Kind.HOST, String.valueOf(e.getMessage())));
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
            Optional<Rejection> rejection = apply(inForce.get(), SyncResultText.name(follower.status()));
            if (rejection.isPresent()) {
                throw CommandFailure.failed(rejection.get().reason());
            }
        }
    }

    public static void printWarnings(LoadedConfig file, Terminal terminal) {
        file.warnings().forEach(warning -> terminal.warning(warning.toString()));
    }
}
