package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.SettingType;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Ipv4;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A scheme of a third party, with a setting of every type. */
class SecretsTest {

    private static final List<Setting> DECLARED = List.of(
            Setting.optional("text", SettingType.TEXT, "a text"),
            Setting.optional("secret", SettingType.SECRET_TEXT, "a secret"),
            Setting.required("key", SettingType.SECRET_BASE64, "base64 of 4 bytes")
                    .ofBytes(4),
            Setting.optional("public", SettingType.BASE64, "base64"),
            Setting.optional("ip", SettingType.IPV4, "an address"),
            Setting.optional("port", SettingType.PORT, "a port"),
            Setting.optional("window", SettingType.DURATION, "a duration"),
            Setting.optional("strict", SettingType.BOOLEAN, "true or false"));

    private final Path directory;

    private KnownPlugins.AuthCheck check = (scheme, settings, use) -> {};

    SecretsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void readsASettingOfEveryType() throws Exception {
        Settings settings = read("text: '5', secret: {env: SECRET}, key: {file: key}, public: AAE=, "
                + "ip: 198.51.100.1, port: 7, window: 5m, strict: true");

        assertThat(settings.text("text")).contains("5");
        assertThat(settings.secret("secret")).contains(Secret.of("from the environment"));
        assertThat(settings.secret("key")).contains(Secret.of(new byte[] {0, 1, 2, 3}));
        assertThat(settings.base64("public").orElseThrow()).containsExactly(0, 1);
        assertThat(settings.ipv4("ip")).contains(Ipv4.of("198.51.100.1"));
        assertThat(settings.port("port")).contains(7);
        assertThat(settings.duration("window")).contains(Duration.ofMinutes(5));
        assertThat(settings.flag("strict")).contains(true);
    }

    @Test
    void theSchemaListsItsSettings() {
        String text = ConfigSchema.of(plugins()).text();

        assertThat(text).contains("auth-mine", "base64 of 4 bytes", "^[A-Za-z0-9+/]{6}(==)?$");
        DECLARED.forEach(setting -> assertThat(text).contains('"' + setting.name() + '"'));
    }

    @Test
    void oneNewlineAtTheEndOfAFileIsNotPartOfIt() throws Exception {
        assertThat(fromFile("two\nlines\n")).isEqualTo("two\nlines");
        assertThat(fromFile("dos\r\n")).isEqualTo("dos");
        assertThat(fromFile(" space before")).isEqualTo(" space before");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "two ends\\n\\n,a newline",
                "dos\\r\\n\\r\\n,a newline",
                "blank ,a space",
                "blank \\n,a space",
                "tab\\t\\n,a tab"
            })
    void whatASecretEndsWithByMistakeIsPartOfItWithAWarning(String content, String ending) throws Exception {
        String text = content.translateEscapes();
        write("file", text, "rw-------");
        write("base64", "AAECAw==\n\n ", "rw-------");

        LoadedConfig loaded = load("key: AAECAw==, secret: {file: file}");

        assertThat(loaded.warnings())
                .map(Problem::toString)
                .containsExactly("t.yaml:3:36: auth.a.secret: the secret ends with " + ending + ", which is part of it"
                        + " (remove it, unless the peer's secret ends with it too)");
        byte[] secret = settings(loaded).secret("secret").orElseThrow().bytes();
        assertThat(new String(secret, StandardCharsets.UTF_8)).isEqualTo(text.replaceFirst("\r?\n\\z", ""));
        assertThat(load("key: AAECAw==, secret: 'in the file '").warnings()).hasSize(1);
        assertThat(load("key: {file: base64}").warnings()).isEmpty();
    }

    @Test
    void aFileThatOthersCanReadIsAWarning() throws Exception {
        Path file = write("mine", "hunter2", "rw-r-----");

        LoadedConfig loaded = load("key: AAECAw==, secret: {file: mine}");

        assertThat(loaded.warnings())
                .map(Problem::toString)
                .containsExactly("t.yaml:3:51: auth.a.secret.file: '"
                        + file
                        + "' can be read by others than its owner (chmod 600 '" + file + "')");
    }

    @Test
    void filesThatAreNotSecretsAreRejected() throws Exception {
        write("empty", "", "rw-------");
        write("newline", "\n", "rw-------");
        write("large", "x".repeat(1 << 17), "rw-------");
        write("words", "not base 64!", "rw-------");
        Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere"));

        assertThat(mistake("key: AAECAw==, secret: {file: empty}")).contains("auth.a.secret: is empty");
        assertThat(mistake("key: AAECAw==, secret: {file: newline}")).contains("auth.a.secret: is empty");
        assertThat(mistake("key: AAECAw==, secret: {file: large}")).contains("has more than 65536 bytes");
        assertThat(mistake("key: AAECAw==, secret: {file: dangling}")).contains("is not a regular file");
        assertThat(mistake("key: AAECAw==, secret: {file: /dev/zero}")).contains("'/dev/zero' is not a regular file");
        assertThat(mistake("key: {file: words}"))
                .contains("auth.a.key: is not base64")
                .doesNotContain("64!");
    }

    @Test
    void aSealedSecretOpensWithThisHostsKey() throws Exception {
        SealKey key = newKey("seal.key");

        assertThat(read("key: AAECAw==, secret: {sealed: " + sealed(key, "hunter2", "auth.a.secret") + "}")
                        .secret("secret"))
                .contains(Secret.of("hunter2"));
        assertThat(read("key: {sealed: " + sealed(key, "AAECAw==", "auth.a.key") + "}")
                        .secret("key"))
                .contains(Secret.of(new byte[] {0, 1, 2, 3}));
    }

    @Test
    void aSealedSecretOpensNowhereElse() throws Exception {
        assertThat(mistake("key: AAECAw==, secret: {sealed: AAAA}"))
                .startsWith("t.yaml:3:53: auth.a.secret.sealed: is sealed, and this host has no key '")
                .contains("`ipipou seal --new-key`");

        SealKey key = newKey("seal.key");
        SealKey others = newKey("others");
        String doesNotOpen = "cannot be opened with the key '" + directory.resolve("seal.key")
                + "': it was sealed to another host, or for another setting (seal it again, to this host and for auth.a.secret)";
        for (String sealed : List.of(
                sealed(others, "hunter2", "auth.a.secret"),
                sealed(key, "hunter2", "auth.a.key"),
                sealed(key, "hunter2", "auth.b.secret"),
                "AAAA",
                "A")) {
            assertThat(mistake("key: AAECAw==, secret: {sealed: " + sealed + "}"))
                    .endsWith("auth.a.secret.sealed: " + doesNotOpen);
        }
        assertThat(mistake("key: AAECAw==, secret: {sealed: hunter-2}"))
                .contains("auth.a.secret.sealed: ")
                .doesNotContain("hunter");
        assertThat(mistake("key: AAECAw==, secret: {sealed: AAAA, file: key}")).contains("auth.a.secret: ");
    }

    @Test
    void aKeyForSealedSecretsIsItsOwnersAlone() throws Exception {
        SealKey key = newKey("seal.key");
        Path file = directory.resolve("seal.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(key.toString()).isEqualTo("SealKey");
        assertThat(key.publicKey()).isEqualTo(SealKey.read(file).publicKey());
        assertThatThrownBy(() -> key.write(file)).isInstanceOf(FileAlreadyExistsException.class);

        String text = sealed(key, "hunter2", "auth.a.secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(load("key: AAECAw==, secret: {sealed: " + text + "}").warnings())
                .map(Problem::toString)
                .containsExactly("t.yaml:3:53: auth.a.secret.sealed: '" + file
                        + "' can be read by others than its owner (chmod 600 '" + file + "')");
    }

    private SealKey newKey(String name) throws Exception {
        SealKey key = SealKey.generate();
        key.write(directory.resolve(name));
        return key;
    }

    private static String sealed(SealKey key, String secret, String setting) throws Exception {
        return SealKey.seal(key.publicKey(), secret.getBytes(StandardCharsets.UTF_8), setting);
    }

    @Test
    void thePluginItselfIsAskedByWhatTheEntryIsUsedFor() {
        check = (scheme, settings, use) -> {
            assertThat(use).isEqualTo(Requirement.TO_VERIFY);
            throw new InvalidSettingException("port", "collides with ours (write another)");
        };

        assertThat(mistake("key: AAECAw==, port: 7"))
                .isEqualTo("t.yaml:3:42: auth.a.port: collides with ours (write another)");
    }

    @Test
    void aPluginThatFailsIsAMistakeAndItsMessageIsNotShown() {
        check = (scheme, settings, use) -> {
            throw new IllegalStateException("hunter2");
        };

        assertThat(mistake("key: AAECAw=="))
                .isEqualTo("t.yaml:3:3: auth.a: the plugin of scheme mine failed: java.lang.IllegalStateException"
                        + " (report it to the plugin's author)");
    }

    private String fromFile(String content) throws Exception {
        write("file", content, "rw-------");
        byte[] bytes = read("key: AAECAw==, secret: {file: file}")
                .secret("secret")
                .orElseThrow()
                .bytes();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Path write(String name, String content, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private String mistake(String settings) {
        String[] message = {""};
        assertThatThrownBy(() -> load(settings))
                .isInstanceOf(ConfigException.class)
                .satisfies(e -> message[0] = e.getMessage());
        return message[0];
    }

    private Settings read(String settings) throws Exception {
        write("key", "AAECAw==\n", "rw-------");
        LoadedConfig loaded = load(settings);
        assertThat(loaded.warnings()).isEmpty();
        return settings(loaded);
    }

    private static Settings settings(LoadedConfig loaded) {
        return loaded.config().tunnels().get(0).peer().auth().orElseThrow().settings();
    }

    private LoadedConfig load(String settings) throws ConfigException {
        String text = String.join(
                "\n",
                List.of(
                        "apiVersion: ipipou/v1",
                        "auth:",
                        "  a: {scheme: mine, " + settings + "}",
                        "peers: {p: {auth: a}}",
                        "tunnels:",
                        "  t: {mode: server, peer: p, local: {device: eth0, port: 1}, inner: {address: 10.0.0.1}}"));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new ConfigReader(
                        plugins(),
                        name -> Optional.ofNullable(Map.of(
                                        "SECRET",
                                        "from the environment",
                                        "IPIPOU_SEAL_KEY",
                                        directory.resolve("seal.key").toString())
                                .get(name)))
                .read(new Source("t.yaml", bytes, directory));
    }

    private KnownPlugins plugins() {
        return KnownPlugins.of(Map.of("mine", DECLARED), check, Set.of("netlink"));
    }
}
