package io.ipipou.testkit.auth;

import io.ipipou.spi.SpiVersion;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.GeneratedKeys;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.SettingType;
import io.ipipou.spi.config.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A scheme that passes the suite, or that has faults. */
public final class SampleProvider implements AuthProvider {

    private static final Setting KEY = Setting.required("key", SettingType.SECRET_TEXT, "a key");

    private final Set<Fault> faults;

    /** Without a fault. */
    public SampleProvider() {
        this(Set.of());
    }

    SampleProvider(Set<Fault> faults) {
        this.faults = faults;
    }

    @Override
    public String id() {
        return "sample";
    }

    @Override
    public String description() {
        return faults.contains(Fault.HAS_NO_DESCRIPTION) ? "" : "a hash of a key and the time";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public List<Setting> settings() {
        return faults.contains(Fault.DECLARES_A_SETTING_TWICE) ? List.of(KEY, KEY) : List.of(KEY);
    }

    @Override
    public Verifier verifier(Settings settings, AuthContext context) throws InvalidSettingException {
        return new SampleVerifier(key(settings), faults, printed(settings));
    }

    @Override
    public Authenticator authenticator(Settings settings, AuthContext context) throws InvalidSettingException {
        return new SampleAuthenticator(key(settings), faults, context);
    }

    @Override
    public Optional<GeneratedKeys> generateKeys(AuthContext context) {
        byte[] privateKey = new byte[16];
        context.random().nextBytes(privateKey);
        byte[] publicKey = faults.contains(Fault.GENERATES_THE_SAME_KEY_TWICE) ? privateKey : new byte[16];
        return Optional.of(new GeneratedKeys(Secret.of(privateKey), new Settings.Bytes(publicKey)));
    }

    private Secret key(Settings settings) throws InvalidSettingException {
        Optional<Secret> key = settings.secret("key");
        if (key.isEmpty() && !faults.contains(Fault.NEEDS_NO_KEY)) {
            throw new InvalidSettingException("key", "it is missing");
        }
        return key.orElseGet(() -> Secret.of("anyone"));
    }

    private String printed(Settings settings) {
        return faults.contains(Fault.PRINTS_ITS_KEY)
                ? settings.secret("key")
                        .map(key -> new String(key.bytes(), StandardCharsets.UTF_8))
                        .orElse("")
                : "";
    }
}
