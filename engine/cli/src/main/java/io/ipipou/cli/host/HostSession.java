package io.ipipou.cli.host;

import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.HostLock;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.apply.RollbackResult;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.GlobalSettings;
import io.ipipou.core.desired.NameResolver;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.BackendProvider;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What commands on this host's kernel have in common: the file, the plugins, the backend and the lock. */
public final class HostSession {

    /** What a command does with the host. */
    @FunctionalInterface
    public interface Action<T> {
        T run(Backend backend, Reconciler reconciler) throws BackendException, UnresolvableException, CommandFailure;
    }

    /** What a host is measured by when its file is gone: all that is ours carries our mark. */
    public static final Config NO_TUNNELS =
            new Config(GlobalSettings.DEFAULT, new TreeMap<>(), new TreeMap<>(), List.of());

    @Mixin
    private final PluginOptions plugins;

    @Option(
            names = "--backend",
            paramLabel = "ID",
            description = "How to talk to the kernel, instead of settings.backend; see: ipipou plugins.")
    private @Nullable String backendId;

    public HostSession(Terminal terminal) {
        this.plugins = new PluginOptions(terminal);
    }

    /** Reads only. */
    public <T> T read(Config config, PluginPath path, Action<T> action) throws CommandFailure {
        try (Backend backend = provider(config, path).open(config.settings().nftTable())) {
            return action.run(backend, new Reconciler(config, plugins.schemes(path), backend, NameResolver.SYSTEM));
        } catch (BackendException e) {
            throw failure(e);
        } catch (UnresolvableException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** Writes, while holding the lock. */
    public <T> T write(Config config, PluginPath path, Action<T> action) throws CommandFailure {
        return locked(Duration.ZERO, () -> read(config, path, action));
    }

    /** What is done while no other run writes. */
    @FunctionalInterface
    public interface Exclusive<T> {
        T run() throws CommandFailure;
    }

    /** @param patience how long to wait for another run to end */
    public static <T> T locked(Duration patience, Exclusive<T> action) throws CommandFailure {
        Path directory = Directories.run();
        try (HostLock lock = HostLock.acquire(directory, patience).orElseThrow(() -> locked(directory))) {
            return action.run();
        } catch (AccessDeniedException e) {
            throw new CommandFailure(
                    ExitCode.NO_PERMISSION, "not permitted to take the lock in " + directory + " (run it as root)");
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "the lock in " + directory + " cannot be taken: " + e.getMessage());
        }
    }

    /** What this host's last apply left, where it has not ended. */
    public Journal journal(Config config, PluginPath path) throws CommandFailure {
        return new Journal(Directories.state(), provider(config, path).id());
    }

    /**
     * Takes the host back to where an apply set out from, with the backend and for the table that it wrote with. The caller
     * holds the lock.
     *
     * @return empty when the journal no longer tells of one
     */
    public Optional<RollbackResult> rollBack(Journal.Entry entry) throws CommandFailure {
        GlobalSettings settings = new GlobalSettings(
                entry.backend(), entry.table(), GlobalSettings.DEFAULT.queue(), GlobalSettings.DEFAULT.aliasRange());
        Config config = new Config(settings, new TreeMap<>(), new TreeMap<>(), List.of());
        PluginPath path = plugins.path();
        Journal journal = journal(config, path);
        Optional<RollbackResult> undo = read(config, path, (backend, reconciler) -> reconciler.rollback(journal));
        if (undo.isPresent() && !undo.get().complete()) {
            throw new CommandFailure(ExitCode.FAILED, ApplyOutput.undone(undo.get()));
        }
        return undo;
    }

    /** Says what the last apply left, where it has not ended. */
    public static void tellUnfinished(Terminal terminal) {
        UnfinishedApply.notes().forEach(note -> terminal.complain("note: " + note));
    }

    public static CommandFailure failure(BackendException e) {
        return new CommandFailure(
                e.notPermitted() ? ExitCode.NO_PERMISSION : ExitCode.FAILED, String.valueOf(e.getMessage()));
    }

    public PluginOptions plugins() {
        return plugins;
    }

    private static CommandFailure locked(Path directory) {
        return new CommandFailure(
                ExitCode.LOCKED,
                "another run is changing this host"
                        + HostLock.holder(directory)
                                .map(pid -> ": process " + pid)
                                .orElse("")
                        + " (try again when it is done)");
    }

    public BackendProvider provider(Config config, PluginPath path) throws CommandFailure {
        String id = Optional.ofNullable(backendId).orElse(config.settings().backend());
        Catalog<BackendProvider> backends = plugins.backends(path);
        return backends.get(id)
                .orElseThrow(() -> new CommandFailure(
                        backendId == null ? ExitCode.BAD_CONFIGURATION : ExitCode.USAGE,
                        "there is no backend " + id + " (write one of: "
                                + backends.all().stream()
                                        .map(found -> found.plugin().id())
                                        .collect(Collectors.joining(", "))
                                + ")"));
    }
}
