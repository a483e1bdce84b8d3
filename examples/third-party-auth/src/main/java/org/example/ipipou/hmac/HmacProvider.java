package org.example.ipipou.hmac;

import io.ipipou.spi.SpiVersion;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.SettingType;
import io.ipipou.spi.config.Settings;
import java.time.Duration;
import java.util.List;

/** Both sides know a key; the client authenticates the current time with it. */
public final class HmacProvider implements AuthProvider {

    private static final int MIN_KEY_BYTES = 16;
    private static final Duration DEFAULT_WINDOW = Duration.ofSeconds(60);

    private static final Setting KEY = Setting.required(
            "key", SettingType.SECRET_TEXT, "a key that both sides know, at least " + MIN_KEY_BYTES + " bytes");
    private static final Setting WINDOW = Setting.optional(
            "window", SettingType.DURATION, "maximum difference between the clocks, such as 60s, the default");

    @Override
    public String id() {
        return "hmac-window";
    }

    @Override
    public String description() {
        return "HMAC-SHA256 over the time, with a key that both sides know";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public List<Setting> settings() {
        return List.of(KEY, WINDOW);
    }

    @Override
    public Verifier verifier(Settings settings, AuthContext context) throws InvalidSettingException {
        Duration window = settings.duration(WINDOW.name()).orElse(DEFAULT_WINDOW);
        if (window.isZero()) {
            throw new InvalidSettingException(WINDOW.name(), "two clocks always differ (write 1s or more)");
        }
        return new HmacVerifier(key(settings), window);
    }

    @Override
    public Authenticator authenticator(Settings settings, AuthContext context) throws InvalidSettingException {
        return new HmacAuthenticator(key(settings), context);
    }

    private static HmacKey key(Settings settings) throws InvalidSettingException {
        Secret key = settings.secret(KEY.name())
                .orElseThrow(() ->
                        new InvalidSettingException(KEY.name(), "it is missing (write " + KEY.description() + ")"));
        if (key.length() < MIN_KEY_BYTES) {
            throw new InvalidSettingException(
                    KEY.name(), "a key of " + key.length() + " bytes can be guessed (write " + KEY.description() + ")");
        }
        return new HmacKey(key);
    }
}
