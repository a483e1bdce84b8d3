package io.ipipou.auth.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.testkit.auth.AuthContexts;
import io.ipipou.testkit.auth.RecordedExchange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AddressProviderTest {

    private static final AuthContext CONTEXT = AuthContexts.at(Instant.EPOCH, 1);
    private static final Ipv4 ADDRESS = Ipv4.of("198.51.100.2");
    private static final int PORT = 20001;

    private final AddressProvider provider = new AddressProvider();

    static List<RecordedExchange> recorded() {
        return RecordedExchange.of("address");
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void interoperatesWithThePythonVersion(RecordedExchange recorded) throws InvalidSettingException {
        RecordedExchange.Packet request = recorded.request();
        Verifier verifier = verifier(Map.of("ip", request.source().address()));
        Authenticator client = provider.authenticator(new Settings(Map.of()), CONTEXT);

        assertThat(verifier.verify(packet(request.payload(), request.source()))).matches(Verdict::isAccepted);
        assertThat(verifier.reply(request.payload())).isEqualTo(recorded.reply().payload());
        assertThat(client.request()).isEqualTo(request.payload());
        assertThat(client.checkReply(request.payload(), packet(recorded.reply().payload(), request.destination())))
                .matches(Verdict::isAccepted);
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.2, 20001, true, true, true",
        "198.51.100.2, 20002, true, false, false",
        "198.51.100.3, 20001, false, true, false",
        "198.51.100.3, 20002, false, false, false",
    })
    void checksWhatTheEntrySets(String ip, int port, boolean byIp, boolean byPort, boolean byBoth)
            throws InvalidSettingException {
        AuthPacket packet = packet(Payload.EMPTY, new Endpoint(Ipv4.of(ip), port));
        assertThat(verifier(Map.of("ip", ADDRESS)).verify(packet).isAccepted()).isEqualTo(byIp);
        assertThat(verifier(Map.of("port", PORT)).verify(packet).isAccepted()).isEqualTo(byPort);
        assertThat(verifier(Map.of("ip", ADDRESS, "port", PORT)).verify(packet).isAccepted())
                .isEqualTo(byBoth);
    }

    @Property(tries = 300)
    void noPayloadFromElsewhereIsAccepted(
            @ForAll @Size(max = 80) byte[] payload, @ForAll int bits, @ForAll @IntRange(min = 1, max = 65535) int port)
            throws InvalidSettingException {
        Endpoint source = new Endpoint(new Ipv4(bits), port);
        Verdict verdict = verifier(Map.of("ip", ADDRESS, "port", PORT)).verify(packet(Payload.of(payload), source));
        assertThat(verdict.isAccepted()).isEqualTo(source.equals(new Endpoint(ADDRESS, PORT)));
        assertThat(verdict.rejection().stream().map(Verdict.Rejection::reason))
                .isSubsetOf(RejectionReason.WRONG_SOURCE);
    }

    private Verifier verifier(Map<String, Object> settings) throws InvalidSettingException {
        return provider.verifier(new Settings(settings), CONTEXT);
    }

    private static AuthPacket packet(Payload payload, Endpoint source) {
        return new AuthPacket(payload, source, Instant.EPOCH);
    }
}
