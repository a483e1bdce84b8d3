package io.ipipou.cli.option;

import io.ipipou.cli.process.Terminal;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.KnownPlugins;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.backend.BackendProvider;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.source.SourceProvider;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that use plugins. */
public final class PluginOptions {

    public static final AuthContext CONTEXT = new AuthContext(Clock.systemUTC(), new SecureRandom());

    private final Terminal terminal;
    private @Nullable Catalog<AuthProvider> schemes;

    @Option(
            names = "--plugin-path",
            paramLabel = "DIRS",
            description = "Directories of plugin jars, separated by colons; default: $IPIPOU_PLUGIN_PATH.")
    private @Nullable String directories;

    public PluginOptions(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What a process that is started has to be told as {@code --plugin-path}; the environment it has anyway. */
    public Optional<String> given() {
        return Optional.ofNullable(directories);
    }

    public PluginPath path() {
        PluginPath path = PluginPath.of(
                Optional.ofNullable(directories).or(() -> Optional.ofNullable(System.getenv(PluginPath.ENVIRONMENT))));
        path.problems().forEach(terminal::complain);
        return path;
    }

    /** Looked for once a run, so that what is wrong with a jar is told once. */
    public Catalog<AuthProvider> authSchemes(PluginPath path) {
        Catalog<AuthProvider> found = schemes;
        if (found == null) {
            found = reported(Catalog.load(path, AuthProvider.class));
            schemes = found;
        }
        return found;
    }

    /** The entries of a file that was read with the same path. */
    public AuthSchemes schemes(PluginPath path) {
        return new AuthSchemes(authSchemes(path), CONTEXT);
    }

    public Catalog<BackendProvider> backends(PluginPath path) {
        return reported(Catalog.load(path, BackendProvider.class));
    }

    public Catalog<SourceProvider> sources(PluginPath path) {
        return reported(Catalog.load(path, SourceProvider.class));
    }

    /** What the plugins that are found let a file say. */
    public KnownPlugins known(PluginPath path) {
        Catalog<AuthProvider> schemes = authSchemes(path);
        Map<String, List<Setting>> settings = schemes.all().stream()
                .map(Catalog.Found::plugin)
                .collect(Collectors.toMap(AuthProvider::id, AuthProvider::settings));
        Set<String> backends =
                backends(path).all().stream().map(found -> found.plugin().id()).collect(Collectors.toSet());
        return KnownPlugins.of(
                settings, (scheme, given, use) -> check(schemes.get(scheme).orElseThrow(), given, use), backends);
    }

    private static void check(AuthProvider scheme, Settings settings, Requirement use) throws InvalidSettingException {
        if (use == Requirement.TO_PROVE) {
            scheme.prover(settings, CONTEXT);
        } else {
            scheme.verifier(settings, CONTEXT);
        }
    }

    private <C extends Catalog<?>> C reported(C catalog) {
        catalog.problems().forEach(terminal::complain);
        return catalog;
    }
}
