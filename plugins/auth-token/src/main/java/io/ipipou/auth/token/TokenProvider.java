package io.ipipou.auth.token;

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
import java.util.List;

/** Both sides know a token; the client sends it in clear text. */
public final class TokenProvider implements AuthProvider {

    /** The payload of a UDP packet of 1500 bytes. */
    static final int MAX_BYTES = 1500 - 20 - 8;

    private static final Setting TOKEN =
            Setting.required("token", SettingType.SECRET_TEXT, "the token, at most " + MAX_BYTES + " bytes of UTF-8");
    private static final Setting TOKEN_BASE64 = Setting.optional(
                    "tokenBase64", SettingType.SECRET_BASE64, "base64 of the token, at most " + MAX_BYTES + " bytes")
            .insteadOf(TOKEN);

    @Override
    public String id() {
        return "token";
    }

    @Override
    public String description() {
        return "a token that both sides know, sent in clear text";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public List<Setting> settings() {
        return List.of(TOKEN, TOKEN_BASE64);
    }

    @Override
    public Verifier verifier(Settings settings, AuthContext context) throws InvalidSettingException {
        return new TokenVerifier(token(settings));
    }

    @Override
    public Authenticator authenticator(Settings settings, AuthContext context) throws InvalidSettingException {
        return new TokenAuthenticator(token(settings));
    }

    private static Secret token(Settings settings) throws InvalidSettingException {
        String name = settings.secret(TOKEN_BASE64.name()).isPresent() ? TOKEN_BASE64.name() : TOKEN.name();
        Secret token = settings.secret(name)
                .orElseThrow(() ->
                        new InvalidSettingException(name, "no token is given (write " + TOKEN.description() + ")"));
        if (token.length() == 0 || token.length() > MAX_BYTES) {
            throw new InvalidSettingException(
                    name, "a token has 1.." + MAX_BYTES + " bytes, not " + token.length() + " (write another one)");
        }
        return token;
    }
}
