package io.ipipou.core.config;

import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.SettingType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the plugins that come with ipipou declare, and shorthands to read a text with them. */
final class BuiltIns {

    private static final Setting TOKEN =
            Setting.required("token", SettingType.SECRET_TEXT, "the token, at most 1472 bytes of UTF-8");

    static final Map<String, List<Setting>> SCHEMES = Map.of(
            "token",
            List.of(
                    TOKEN,
                    Setting.optional(
                                    "tokenBase64", SettingType.SECRET_BASE64, "base64 of the token, at most 1472 bytes")
                            .insteadOf(TOKEN)),
            "ed25519",
            List.of(
                    Setting.optional(
                                    "privateKey",
                                    SettingType.SECRET_BASE64,
                                    "base64 of this host's private key, the first line of `ipipou keygen`")
                            .ofBytes(32)
                            .withRequirement(Requirement.TO_AUTHENTICATE),
                    Setting.optional(
                                    "remotePublicKey",
                                    SettingType.BASE64,
                                    "base64 of the peer's public key, the second line of its `ipipou keygen`")
                            .ofBytes(32)
                            .withRequirement(Requirement.TO_VERIFY),
                    Setting.optional(
                                    "secret",
                                    SettingType.SECRET_TEXT,
                                    "text that both sides know; it is signed but never sent")
                            .warnIfAbsent("the secret defaults to netprickle.com, which everyone knows")),
            "address",
            List.of(
                    Setting.optional("ip", SettingType.IPV4, "the address that the peer's packets come from"),
                    Setting.optional("port", SettingType.PORT, "the UDP port that the peer's packets come from")));

    static final KnownPlugins PLUGINS =
            KnownPlugins.of(SCHEMES, (scheme, settings, use) -> {}, Set.of("netlink", "iproute2"));

    private static final ConfigReader READER = new ConfigReader(PLUGINS, name -> Optional.empty());

    private BuiltIns() {}

    static LoadedConfig read(String yaml) throws ConfigException {
        return read(yaml.getBytes(StandardCharsets.UTF_8));
    }

    static LoadedConfig read(byte[] yaml) throws ConfigException {
        return READER.read(new Source("t.yaml", yaml, Path.of("/nonexistent")));
    }

    /** The messages that a text is refused with, without the file's name; none when it is accepted. */
    static List<String> mistakes(String yaml) {
        return mistakes(yaml.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> mistakes(byte[] yaml) {
        try {
            read(yaml);
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream()
                    .map(problem -> problem.toString().substring("t.yaml:".length()))
                    .toList();
        }
    }
}
