package io.ipipou.cli.host;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.cli.render.SyncResultText;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.AwaitsConfirmationException;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.config.Problem;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.Rejection;
import io.ipipou.core.source.RevisionTarget;
import io.ipipou.spi.backend.BackendException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Puts revisions in force on a host that no agent keeps, as {@code apply} does a file. */
public record PullTarget(Terminal terminal, HostSession session, PluginPath path)
        implements RevisionTarget<CommandFailure> {

    @Override
    public Optional<Rejection> putInForce(LoadedConfig file, String name) throws CommandFailure {
        warn(file, terminal);
        Config config = file.config();
        Journal journal = session.journal(config, path);
        ApplyOutput changing = new ApplyOutput(terminal, name);
        AtomicBoolean planned = new AtomicBoolean();
        return session.write(config, path, (backend, reconciler) -> {
            ApplyReport report;
            try {
                report = reconciler.applyOrUndo(journal, plan -> {
                    planned.set(true);
                    changing.announce(plan);
                });
            } catch (AwaitsConfirmationException e) { // of which the revision knows nothing
                throw e;
            } catch (UnresolvableException e) {
                return host(e);
            } catch (BackendException e) {
                // Before there is a plan, it is the host that cannot be looked at, whatever the file says.
                if (planned.get() && !e.notPermitted()) {
                    return host(e);
                }
                throw e;
            }
            return concluded(changing, report);
        });
    }

    private static Optional<Rejection> concluded(ApplyOutput changing, ApplyReport report) throws CommandFailure {
        try {
            changing.conclude(report);
            return Optional.empty();
        } catch (CommandFailure e) {
            if (e.exitCode() == ExitCode.NO_PERMISSION) {
                throw e;
            }
            return host(e);
        }
    }

    private static Optional<Rejection> host(Exception e) {
        return Optional.of(new Rejection(Rejection.Kind.HOST, String.valueOf(e.getMessage())));
    }

    /** Mends what differs from the revision in force. Does nothing where there is none. */
    public void mend(Follower follower) throws CommandFailure {
        Optional<LoadedConfig> good;
        try {
            good = follower.good();
        } catch (ConfigException e) {
            throw new CommandFailure(
                    ExitCode.BAD_CONFIGURATION,
                    e.problems().stream().map(Problem::toString).toList());
        }
        if (good.isPresent()) {
            Optional<Rejection> objection = putInForce(good.get(), SyncResultText.name(follower.standing()));
            if (objection.isPresent()) {
                throw new CommandFailure(ExitCode.FAILED, objection.get().reason());
            }
        }
    }

    public static void warn(LoadedConfig file, Terminal terminal) {
        file.warnings().forEach(warning -> terminal.complain("warning: " + warning));
    }
}
