package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ipipou.agent.Agent;
import io.ipipou.agent.converge.InitialConfig;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.KnownPlugins;
import io.ipipou.core.config.Source;
import io.ipipou.core.name.NameResolver;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthProvider;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The authentication schemes of a host, for commands and agents that run in this JVM instead of a process of their own. */
record Plugins(Catalog<AuthProvider> auth, AuthSchemes schemes) {

    static final AuthContext CONTEXT = new AuthContext(Clock.systemUTC(), new SecureRandom());

    /** Those of this project. */
    static final Plugins BUILT_IN = in(Optional.empty());

    /** Those of this project, and those in the jars of a directory. */
    static Plugins in(Optional<Path> directory) {
        Catalog<AuthProvider> auth = Catalog.load(PluginPath.of(directory.map(Path::toString)), AuthProvider.class);
        return new Plugins(auth, new AuthSchemes(auth, CONTEXT));
    }

    ConfigReader reader() {
        return new ConfigReader(KnownPlugins.of(
                auth.all().stream()
                        .map(Catalog.Found::plugin)
                        .collect(Collectors.toMap(AuthProvider::id, AuthProvider::settings)),
                (scheme, settings, use) -> {},
                Set.of("netlink", "iproute2")));
    }

    /** Reads a file that is valid and contains its secrets. */
    Config config(String yaml) {
        return config(yaml, Path.of("."));
    }

    /** Reads a file that is valid. */
    Config config(String yaml, Path secrets) {
        try {
            return reader().read(new Source("t.yaml", yaml.getBytes(UTF_8), secrets))
                    .config();
        } catch (Exception mistake) {
            throw new IllegalStateException(mistake);
        }
    }

    /**
     * Starts an agent in this JVM and the calling thread's namespace.
     *
     * @param directory for its socket and its state
     */
    Agent agent(String backend, Config config, Path directory) throws Exception {
        return agent(backend, config, directory, NameResolver.SYSTEM);
    }

    /** As {@link #agent(String, Config, Path)}, with another resolver. */
    Agent agent(String backend, Config config, Path directory, NameResolver names) throws Exception {
        return Agent.start(
                InitialConfig.inForce(config),
                new Agent.Setup(
                        RealKernel.provider(backend), schemes, names, Clock.systemUTC(), directory, directory, true));
    }
}
