package io.ipipou.cli.option;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.KnownPlugins;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.Plugin;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.backend.BackendProvider;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.source.SourceProvider;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Loads plugins. Each kind is loaded once, so that a broken jar is reported once. For any thread. */
public final class PluginOptions {

    public static final AuthContext CONTEXT = new AuthContext(Clock.systemUTC(), new SecureRandom());

    private final Terminal terminal;
    private final Map<Class<?>, Catalog<?>> catalogs = new HashMap<>();
    private @Nullable PluginPath path;

    @Option(
            names = "--plugin-path",
            paramLabel = "DIRS",
            order = Order.PLUGINS,
            description =
                    "Also load plugins from these directories, separated by colons. Default: $IPIPOU_PLUGIN_PATH.")
    private @Nullable String directories;

    public PluginOptions(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The value of {@code --plugin-path}, for a process that this one starts. */
    public Optional<String> directories() {
        return Optional.ofNullable(directories);
    }

    public Catalog<AuthProvider> authSchemes() {
        return load(AuthProvider.class);
    }

    public Catalog<BackendProvider> backends() {
        return load(BackendProvider.class);
    }

    public Catalog<SourceProvider> sources() {
        return load(SourceProvider.class);
    }

    @SuppressWarnings("unchecked") // each class maps to a catalog of its own type
    private synchronized <P extends Plugin> Catalog<P> load(Class<P> service) {
        Catalog<?> catalog = catalogs.get(service);
        if (catalog == null) {
            catalog = Catalog.load(path(), service);
            catalog.problems().forEach(terminal::error);
            catalogs.put(service, catalog);
        }
        return (Catalog<P>) catalog;
    }

    private PluginPath path() {
        PluginPath loaded = path;
        if (loaded == null) {
            loaded = PluginPath.of(given());
            loaded.problems().forEach(terminal::error);
            path = loaded;
        }
        return loaded;
    }

    private Optional<String> given() {
        return directories().or(() -> Optional.ofNullable(System.getenv(PluginPath.ENVIRONMENT)));
    }

    /** Where plugins are loaded from, beside those that are built in. */
    public List<Path> searched() {
        return PluginPath.directories(given());
    }

    /** @throws CommandFailure if there is no such plugin; the message lists those that there are */
    public static <P extends Plugin> P require(Catalog<P> catalog, String kind, String id, ExitCode exitCode)
            throws CommandFailure {
        return catalog.get(id)
                .orElseThrow(() -> new CommandFailure(
                        exitCode,
                        "unknown " + kind + " " + id + " (available: "
                                + catalog.all().stream()
                                        .map(found -> found.plugin().id())
                                        .collect(Collectors.joining(", "))
                                + ")"));
    }

    /** Verifiers and authenticators for the auth entries of a file. */
    public AuthSchemes schemes() {
        return new AuthSchemes(authSchemes(), CONTEXT);
    }

    /** What the loaded plugins add to the configuration file. */
    public KnownPlugins known() {
        Catalog<AuthProvider> schemes = authSchemes();
        Map<String, List<Setting>> settings = schemes.all().stream()
                .map(Catalog.Found::plugin)
                .collect(Collectors.toMap(AuthProvider::id, AuthProvider::settings));
        Set<String> backends =
                backends().all().stream().map(found -> found.plugin().id()).collect(Collectors.toSet());
        return KnownPlugins.of(
                settings, (scheme, given, use) -> check(schemes.get(scheme).orElseThrow(), given, use), backends);
    }

    private static void check(AuthProvider scheme, Settings settings, Requirement use) throws InvalidSettingException {
        if (use == Requirement.TO_AUTHENTICATE) {
            scheme.authenticator(settings, CONTEXT);
        } else {
            scheme.verifier(settings, CONTEXT);
        }
    }
}
