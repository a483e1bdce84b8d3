package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.SettingType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which secrets of this host a file of a repository can use. */
class SecretPlacesTest {

    private static final KnownPlugins PLUGINS = KnownPlugins.of(
            Map.of("mine", List.of(Setting.required("key", SettingType.SECRET_TEXT, "a secret"))),
            (scheme, settings, use) -> {},
            Set.of("netlink"));

    private final Path host;
    private final Path secrets;

    SecretPlacesTest(@TempDir Path host) {
        this.host = host;
        this.secrets = host.resolve("secrets");
    }

    @BeforeEach
    void files() throws Exception {
        Files.createDirectories(secrets.resolve("hub"));
        write("secrets/hub/key", "inside");
        write("outside", "the host's own");
        Files.createSymbolicLink(secrets.resolve("link"), Path.of("hub/key"));
        Files.createSymbolicLink(secrets.resolve("way-out"), Path.of("../outside"));
        Files.createSymbolicLink(secrets.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(host.resolve("alias"), secrets);
    }

    private void write(String name, String content) throws Exception {
        Path file = Files.writeString(host.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private LoadedConfig load(SecretPlaces places, String key) throws ConfigException {
        String yaml = """
                apiVersion: ipipou/v1
                auth:
                  a: {scheme: mine, key: %s}
                peers: {p: {auth: a}}
                tunnels:
                  t: {mode: server, peer: p, local: {device: eth0, port: 1}, inner: {address: 10.0.0.1}}
                """.formatted(key.replace("HOST", host.toString()));
        return new ConfigReader(PLUGINS, name -> Optional.of("from the environment"))
                .read(new Source("hub.yaml@abc1234", yaml.getBytes(StandardCharsets.UTF_8), places));
    }

    private static Optional<Secret> key(LoadedConfig loaded) {
        return Optional.ofNullable(loaded.config().auth().get("a"))
                .flatMap(auth -> auth.settings().secret("key"));
    }

    @ParameterizedTest
    @CsvSource({"hub/key", "./hub/../hub/key", "link"})
    void aFileInTheDirectoryIsRead(String path) throws Exception {
        assertThat(key(load(SecretPlaces.under(Optional.of(secrets)), "{file: " + path + "}")))
                .contains(Secret.of("inside"));
        assertThat(key(load(SecretPlaces.under(Optional.of(host.resolve("alias"))), "{file: " + path + "}")))
                .contains(Secret.of("inside"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{file: HOST/outside}|is an absolute path",
                "{file: HOST/secrets/hub/key}|is an absolute path",
                "{file: ../outside}|leads out of",
                "{file: hub/../../outside}|leads out of",
                "{file: way-out}|leads out of .* through a symbolic link",
                "{file: up/outside}|leads out of .* through a symbolic link",
                "{file: hub}|is not a regular file",
                "{file: missing}|there is no file",
                "{env: HOME}|cannot read an environment variable",
            })
    void nothingElseIs(String secret, String message) {
        ConfigException rejection = catchThrowableOfType(
                ConfigException.class, () -> load(SecretPlaces.under(Optional.of(secrets)), secret));

        assertThat(rejection.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.toString())
                    .startsWith("hub.yaml@abc1234:3:")
                    .matches("(?s).*" + message + ".*")
                    .doesNotContain("the host's own", "from the environment");
        });
    }

    @Test
    void withoutADirectoryNoFileIs() {
        ConfigException rejection = catchThrowableOfType(
                ConfigException.class, () -> load(SecretPlaces.under(Optional.empty()), "{file: hub/key}"));

        assertThat(rejection).hasMessageContaining("--secrets-dir");
    }

    @Test
    void aSecretThatStandsInARepositoryIsReadWithAWarning() throws Exception {
        LoadedConfig loaded = load(SecretPlaces.under(Optional.empty()), "sesame");

        assertThat(key(loaded)).contains(Secret.of("sesame"));
        assertThat(loaded.warnings()).singleElement().satisfies(warning -> assertThat(warning.toString())
                .contains("auth.a.key", "everyone who can read the repository", "ipipou seal")
                .doesNotContain("sesame"));
        assertThat(load(SecretPlaces.anywhere(host), "sesame").warnings()).isEmpty();
    }

    @Test
    void theOperatorsOwnFileMayNameAnyPlace() throws Exception {
        SecretPlaces places = SecretPlaces.anywhere(secrets);

        assertThat(key(load(places, "{file: ../outside}"))).contains(Secret.of("the host's own"));
        assertThat(key(load(places, "{file: HOST/outside}"))).contains(Secret.of("the host's own"));
        assertThat(key(load(places, "{env: KEY}"))).contains(Secret.of("from the environment"));
    }
}
