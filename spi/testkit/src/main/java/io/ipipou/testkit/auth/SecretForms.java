package io.ipipou.testkit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.SettingType;
import io.ipipou.spi.config.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The forms in which a secret could appear in a string. */
final class SecretForms {

    private static final int MIN_BYTES = 8;

    private SecretForms() {}

    static Set<String> of(List<Setting> declared, Settings settings) {
        return declared.stream()
                .filter(setting ->
                        setting.type() == SettingType.SECRET_TEXT || setting.type() == SettingType.SECRET_BASE64)
                .flatMap(setting -> settings.secret(setting.name()).stream())
                .flatMap(SecretForms::of)
                .collect(Collectors.toUnmodifiableSet());
    }

    static Stream<String> of(Secret secret) {
        assertThat(secret.length())
                .as("a shorter secret may occur in a string by chance")
                .isGreaterThanOrEqualTo(MIN_BYTES);
        byte[] bytes = secret.bytes();
        return Stream.of(
                new String(bytes, StandardCharsets.UTF_8),
                new String(bytes, StandardCharsets.ISO_8859_1),
                HexFormat.of().formatHex(bytes),
                HexFormat.of().withUpperCase().formatHex(bytes),
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                Arrays.toString(bytes));
    }
}
