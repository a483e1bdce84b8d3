package io.ipipou.cli.host;

import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.Order;
import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.HostLock;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.apply.RollbackResult;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.GlobalSettings;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.core.name.NameLookups;
import io.ipipou.core.name.NameResolver;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.BackendProvider;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads and writes this host's kernel through a backend, under the lock that keeps two writers apart. */
public final class HostSession {

    /** Work on the kernel. */
    @FunctionalInterface
    public interface Action<T> {
        T run(Backend backend, Reconciler reconciler) throws BackendException, NotAppliedException, CommandFailure;
    }

    /** Work under the lock. */
    @FunctionalInterface
    public interface LockedAction<T> {
        T run() throws CommandFailure;
    }

    @Mixin
    private final PluginOptions plugins;

    @Option(
            names = "--backend",
            paramLabel = "ID",
            order = Order.BACKEND,
            description = "Kernel backend, instead of the one that the configuration selects (see: ipipou plugins).")
    private @Nullable String backendId;

    private final Terminal terminal;

    public HostSession(Terminal terminal) {
        this.terminal = terminal;
        this.plugins = new PluginOptions(terminal);
    }

    public PluginOptions plugins() {
        return plugins;
    }

    /** For actions that only read. */
    public <T> T read(Config config, Action<T> action) throws CommandFailure {
        return run(config, lookUpNames(config), action);
    }

    private static Map<String, NameAnswer> lookUpNames(Config config) {
        return new NameLookups(NameResolver.SYSTEM).lookUp(config.hostNames());
    }

    private <T> T run(Config config, Map<String, NameAnswer> names, Action<T> action) throws CommandFailure {
        try (Backend backend =
                ProgressBackend.of(provider(config).open(config.settings().nftTable()), terminal)) {
            Reconciler reconciler =
                    new Reconciler(config, plugins.schemes(), backend, () -> names, EndpointLookup.KERNEL);
            return action.run(backend, reconciler);
        } catch (BackendException e) {
            throw CommandFailure.of(e);
        } catch (NotAppliedException e) {
            throw CommandFailure.failed(e);
        }
    }

    /** For actions that write: holds the lock meanwhile, but not while host names are looked up. */
    public <T> T write(Config config, Action<T> action) throws CommandFailure {
        Map<String, NameAnswer> names = lookUpNames(config);
        return locked(Duration.ZERO, () -> run(config, names, action));
    }

    /** Applies a configuration. */
    public ApplyReport apply(Config config, ApplyRequest request) throws CommandFailure {
        Journal journal = journal(config);
        return write(config, (backend, reconciler) -> reconciler.apply(journal, request));
    }

    /** @param timeout how long to wait for the lock */
    public static <T> T locked(Duration timeout, LockedAction<T> action) throws CommandFailure {
        Path directory = Directories.run();
        try (HostLock lock = HostLock.acquire(directory, timeout).orElseThrow(() -> heldByAnother(directory))) {
            return action.run();
        } catch (AccessDeniedException e) {
            throw CommandFailure.permissionDenied("cannot lock " + directory);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot lock " + directory + ": " + e.getMessage());
        }
    }

    private static CommandFailure heldByAnother(Path directory) {
        String holder = HostLock.holder(directory)
                .map(process -> " (process " + process + ")")
                .orElse("");
        return new CommandFailure(
                ExitCode.LOCKED,
                "another ipipou process" + holder + " is changing this host (retry when it has finished)");
    }

    public BackendProvider provider(Config config) throws CommandFailure {
        String id = Optional.ofNullable(backendId).orElse(config.settings().backend());
        return PluginOptions.require(
                plugins.backends(), "backend", id, backendId == null ? ExitCode.BAD_CONFIGURATION : ExitCode.USAGE);
    }

    public Journal journal(Config config) throws CommandFailure {
        return new Journal(Directories.state(), provider(config).id());
    }

    /**
     * Rolls back to the state before an apply, with the backend and the table that it used. The caller holds the lock.
     *
     * @return empty if that apply has ended meanwhile
     * @throws CommandFailure if the rollback is incomplete
     */
    public Optional<RollbackResult> rollBack(Journal.Entry entry) throws CommandFailure {
        GlobalSettings defaults = GlobalSettings.DEFAULT;
        Config config = ConfigFile.withoutTunnels(
                new GlobalSettings(entry.backend(), entry.table(), defaults.queue(), defaults.aliasRange()));
        Journal journal = journal(config);
        Optional<RollbackResult> result = read(config, (backend, reconciler) -> reconciler.rollback(journal));
        if (result.isPresent() && !result.get().complete()) {
            throw CommandFailure.failed(ApplyOutput.rollback(result.get()));
        }
        return result;
    }
}
