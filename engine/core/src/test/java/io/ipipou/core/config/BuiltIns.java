package io.ipipou.core.config;

import io.ipipou.auth.address.AddressProvider;
import io.ipipou.auth.ed25519.Ed25519Provider;
import io.ipipou.auth.token.TokenProvider;
import io.ipipou.spi.auth.AuthProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The plugins that come with ipipou, and shorthands to read a text with them. */
final class BuiltIns {

    static final KnownPlugins PLUGINS = KnownPlugins.of(
            Stream.of(new AddressProvider(), new Ed25519Provider(), new TokenProvider())
                    .collect(Collectors.toMap(AuthProvider::id, AuthProvider::settings)),
            (scheme, settings, use) -> {},
            Set.of("netlink", "iproute2"));

    static final ConfigReader READER = new ConfigReader(PLUGINS, name -> Optional.empty());

    private BuiltIns() {}

    static LoadedConfig read(String yaml) throws ConfigException {
        return read(yaml.getBytes(StandardCharsets.UTF_8));
    }

    static LoadedConfig read(byte[] yaml) throws ConfigException {
        return READER.read(new Source("t.yaml", yaml, Path.of("/nonexistent")));
    }

    /** What is wrong with a text; nothing when it is accepted. */
    static List<Problem> problems(byte[] yaml) {
        try {
            read(yaml);
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    /** The messages that a text is rejected with, without the file's name; none when it is accepted. */
    static List<String> mistakes(String yaml) {
        return mistakes(yaml.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> mistakes(byte[] yaml) {
        return problems(yaml).stream()
                .map(problem -> problem.toString().substring("t.yaml:".length()))
                .toList();
    }
}
