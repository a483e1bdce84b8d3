package org.example.ipipou.hmac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.testkit.auth.AuthContexts;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HmacProviderTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Secret KEY = Secret.of("a key of the first peer");

    private final HmacProvider provider = new HmacProvider();

    @ParameterizedTest
    @CsvSource({"0, true", "30, true", "-30, true", "31, false", "-31, false"})
    void acceptsClocksThatAreAheadOrBehindWithinTheWindow(int seconds, boolean accepted) throws InvalidSettingException {
        Settings settings = new Settings(Map.of("key", KEY, "window", Duration.ofSeconds(30)));
        Verifier verifier = provider.verifier(settings, AuthContexts.at(NOW, 1));
        Payload sent = provider.authenticator(settings, AuthContexts.at(NOW.plusSeconds(seconds), 2))
                .request();
        Verdict verdict = verifier.verify(new AuthPacket(sent, new Endpoint(Ipv4.of("198.51.100.7"), 40000), NOW));
        assertThat(verdict.isAccepted()).isEqualTo(accepted);
        assertThat(verdict.rejection().stream().map(Verdict.Rejection::reason)).isSubsetOf(RejectionReason.CLOCK_SKEW);
    }

    @Test
    void rejectsAShortKey() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() ->
                        provider.authenticator(new Settings(Map.of("key", Secret.of("too short"))), AuthContexts.at(NOW, 1)))
                .withMessageContaining("9 bytes")
                .satisfies(e -> assertThat(e.setting()).isEqualTo("key"));
    }
}
