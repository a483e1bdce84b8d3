package io.ipipou.core.auth;

import io.ipipou.core.config.KnownPlugins;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthProvider;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The schemes on the tests' class path. */
public final class Schemes {

    private static final Catalog<AuthProvider> CATALOG =
            Catalog.load(PluginPath.of(Optional.empty()), AuthProvider.class);

    public static final AuthSchemes ALL =
            new AuthSchemes(CATALOG, new AuthContext(Clock.systemUTC(), new SecureRandom()));

    /** Their settings. */
    public static final KnownPlugins PLUGINS = KnownPlugins.of(
            CATALOG.all().stream()
                    .map(Catalog.Found::plugin)
                    .collect(Collectors.toMap(AuthProvider::id, AuthProvider::settings)),
            (scheme, settings, use) -> {},
            Set.of("netlink"));

    private Schemes() {}
}
