package io.ipipou.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Settings;
import io.ipipou.testkit.auth.AuthContexts;
import io.ipipou.testkit.auth.RecordedExchange;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenProviderTest {

    private static final AuthContext CONTEXT = AuthContexts.at(Instant.EPOCH, 1);

    private final TokenProvider provider = new TokenProvider();

    static List<RecordedExchange> recorded() {
        return RecordedExchange.of("token");
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void interoperatesWithThePythonVersion(RecordedExchange recorded) throws InvalidSettingException {
        Settings settings = recorded.has("token_utf8")
                ? new Settings(Map.of("token", Secret.of(recorded.text("token_utf8"))))
                : base64(Base64.getDecoder().decode(recorded.text("token_b64")));
        Verifier verifier = provider.verifier(settings, CONTEXT);
        Authenticator client = provider.authenticator(settings, CONTEXT);
        Payload request = recorded.request().payload();

        assertThat(verifier.verify(packet(recorded.request()))).matches(Verdict::isAccepted);
        assertThat(verifier.reply(request)).isEqualTo(recorded.reply().payload());
        assertThat(client.request()).isEqualTo(request);
        assertThat(client.checkReply(request, packet(recorded.reply()))).matches(Verdict::isAccepted);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1472})
    void acceptsATokenThatFitsInOnePacket(int length) throws InvalidSettingException {
        assertThat(provider.verifier(base64(new byte[length]), CONTEXT).shape().maxLength())
                .isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1473, 5000})
    void rejectsATokenThatDoesNotFit(int length) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> provider.authenticator(base64(new byte[length]), CONTEXT))
                .withMessageContaining("1..1472 bytes, not " + length)
                .satisfies(e -> assertThat(e.setting()).isEqualTo("tokenBase64"));
    }

    @Property(tries = 300)
    void onlyTheTokenIsAccepted(@ForAll @Size(min = 1, max = 40) byte[] token, @ForAll @Size(max = 40) byte[] payload)
            throws InvalidSettingException {
        Verifier verifier = provider.verifier(base64(token), CONTEXT);
        RecordedExchange.Packet packet = recorded().get(0).request();
        Verdict verdict = verifier.verify(new AuthPacket(Payload.of(payload), packet.source(), Instant.EPOCH));
        assertThat(verdict.isAccepted()).isEqualTo(Arrays.equals(token, payload));
        assertThat(verdict.rejection().stream().map(Verdict.Rejection::reason)).isSubsetOf(RejectionReason.WRONG_KEY);
    }

    private static Settings base64(byte[] token) {
        return new Settings(Map.of("tokenBase64", Secret.of(token)));
    }

    private static AuthPacket packet(RecordedExchange.Packet packet) {
        return new AuthPacket(packet.payload(), packet.source(), Instant.EPOCH);
    }
}
