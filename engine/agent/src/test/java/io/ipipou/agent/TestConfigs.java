package io.ipipou.agent;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.KnownPlugins;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.config.Source;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Configurations with ipipou's own auth schemes. */
public final class TestConfigs {

    public static final Catalog<AuthProvider> PLUGINS =
            Catalog.load(PluginPath.of(Optional.empty()), AuthProvider.class);

    public static final ConfigReader READER = new ConfigReader(KnownPlugins.of(
            PLUGINS.all().stream()
                    .map(Catalog.Found::plugin)
                    .collect(Collectors.toMap(AuthProvider::id, AuthProvider::settings)),
            (scheme, settings, use) -> {},
            Set.of("netlink", "iproute2")));

    private TestConfigs() {}

    public static AuthSchemes schemes(Clock clock) {
        return new AuthSchemes(PLUGINS, new AuthContext(clock, new SecureRandom()));
    }

    public static LoadedConfig load(String yaml) throws ConfigException {
        return READER.read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")));
    }

    /** A configuration without mistakes. */
    public static Config config(String yaml) {
        try {
            return load(yaml).config();
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }
}
