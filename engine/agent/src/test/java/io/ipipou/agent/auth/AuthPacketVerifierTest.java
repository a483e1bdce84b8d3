package io.ipipou.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.TestConfigs;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.HostResolver;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RouteLookup;
import io.ipipou.core.desired.Withheld;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.GeneratedKeys;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.testkit.FakeKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** With ipipou's own schemes and a fixed clock. */
class AuthPacketVerifierTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Endpoint LISTENER = new Endpoint(Ipv4.of("203.0.113.1"), 10000);
    private static final Endpoint HOME = new Endpoint(Ipv4.of("198.51.100.7"), 4001);

    private static final String PEERS = """
            apiVersion: ipipou/v1
            defaults: {mode: server, local: {device: eth0, port: 10000}}
            auth:
              one: {scheme: ed25519, privateKey: "%1$s", remotePublicKey: "%2$s", secret: s}
              two: {scheme: token, token: Labrador}
              three: {scheme: token, token: Retrieve}
              four: {scheme: token, token: Dalmatian}
              five: {scheme: ed25519, privateKey: "%3$s", remotePublicKey: "%4$s", secret: s}
            peers:
              one: {auth: one}
              two: {auth: two}
              three: {auth: three}
              four: {auth: four, endpoint: "198.51.100.4:4"}
              five: {auth: five}
            tunnels:
              one: {peer: one, inner: {address: 172.28.0.0}}
              two: {peer: two, inner: {address: 172.28.0.2}}
              three: {peer: three, inner: {address: 172.28.0.4}}
              four: {peer: four, inner: {address: 172.28.0.6}}
              five: {peer: five, inner: {address: 172.28.0.8}, maxClockSkew: 0}
            """;

    private static final AuthSchemes SCHEMES = TestConfigs.schemes(Clock.fixed(NOW, ZoneOffset.UTC));
    private static final Config CONFIG = config();

    private final AuthPacketVerifier verifier = verifier();

    private static AuthPacketVerifier verifier() {
        try {
            ObservedState host = FakeKernel.withDevice(new LinkName("eth0"), LISTENER.address(), 24)
                    .state();
            Resolution resolution = HostResolver.resolve(
                    CONFIG, SCHEMES, host, Map.of(), EndpointLookup.KERNEL, Withheld.NOTHING, RouteLookup.NONE);
            return new AuthPacketVerifier(
                    resolution.roaming(), SCHEMES, ReplayGuard.open(Files.createTempDirectory("replay")));
        } catch (IOException | BackendException e) {
            throw new AssertionError(e);
        }
    }

    private static Config config() {
        Base64.Encoder base64 = Base64.getEncoder();
        Object[] keys = Stream.generate(AuthPacketVerifierTest::generateKeys)
                .limit(2)
                .flatMap(pair -> Stream.of(
                        base64.encodeToString(pair.privateKey().bytes()),
                        base64.encodeToString(pair.publicKey().bytes())))
                .toArray();
        return TestConfigs.config(PEERS.formatted(keys));
    }

    private static GeneratedKeys generateKeys() {
        return TestConfigs.PLUGINS
                .get("ed25519")
                .orElseThrow()
                .generateKeys(new AuthContext(Clock.systemUTC(), new SecureRandom()))
                .orElseThrow();
    }

    private static Payload packet(String auth) {
        return packet(auth, SCHEMES);
    }

    private static Payload packet(String auth, AuthSchemes schemes) {
        return schemes.authenticator(
                        Optional.ofNullable(CONFIG.auth().get(auth)).orElseThrow())
                .request();
    }

    private AuthResult verify(Payload payload, Endpoint source, Instant time) {
        return verifier.verify(new AuthPacket(payload, source, time), LISTENER, Set.of());
    }

    private static Optional<RejectionReason> code(AuthResult result) {
        return result.rejection().map(AuthRejection::code);
    }

    private static String fault(AuthResult result) {
        return result.rejection().orElseThrow().fault().toString();
    }

    private static String name(AuthResult result) {
        return result.peer().map(peer -> peer.name().value()).orElse("none");
    }

    @Test
    void aPacketIsMatchedToItsPeerAndAcceptedOnce() {
        for (String peer : Set.of("one", "two", "three")) {
            AuthResult result = verify(packet(peer), HOME, NOW);
            assertThat(result.isAccepted()).as(peer).isTrue();
            assertThat(name(result)).isEqualTo(peer);
        }
        Payload recorded = packet("one");
        assertThat(verify(recorded, HOME, NOW).isAccepted()).isTrue();
        AuthResult replayed = verify(recorded, new Endpoint(Ipv4.of("192.0.2.66"), 6), NOW);
        assertThat(code(replayed)).contains(RejectionReason.REPLAY);
        assertThat(name(replayed)).isEqualTo("one");
        assertThat(fault(replayed)).startsWith("this very packet was accepted before (harmless if rare;");
    }

    @Test
    void aPacketFromAnotherTimeIsRejected() {
        AuthResult behind = verify(packet("one"), HOME, NOW.plusSeconds(3612));
        assertThat(code(behind)).contains(RejectionReason.CLOCK_SKEW);
        assertThat(fault(behind))
                .isEqualTo("its clock is 3612 s behind this host's (check NTP on the peer, or set maxClockSkew)");
        AuthResult ahead = verify(packet("one"), HOME, NOW.minusSeconds(121));
        assertThat(code(ahead)).contains(RejectionReason.CLOCK_SKEW);
        assertThat(fault(ahead)).startsWith("its clock is 121 s ahead of this host's (");
        assertThat(verify(packet("one"), HOME, NOW.plus(Duration.ofSeconds(119)))
                        .isAccepted())
                .isTrue();
    }

    /** Without a limit, the times of a peer's packets must not decrease: a clock that was ahead locks the peer out. */
    @Test
    void aPeerWhoseClockWasAheadIsToldHowToReset() {
        Instant ahead = NOW.plus(Duration.ofDays(3650));
        AuthSchemes early = TestConfigs.schemes(Clock.fixed(ahead, ZoneOffset.UTC));
        assertThat(verify(packet("five", early), HOME, NOW).isAccepted()).isTrue();
        AuthResult now = verify(packet("five"), HOME, NOW);
        assertThat(code(now)).contains(RejectionReason.REPLAY);
        assertThat(fault(now))
                .isEqualTo(
                        "it is dated 2026-01-01T12:00:00Z, but a packet dated 2035-12-30T12:00:00Z was accepted before,"
                                + " so it may be a replay (if the clock of the peer or of this host was wrong then and is right now,"
                                + " run: ipipou peer reset five)");
    }

    @Test
    void aPeerWithAConfiguredEndpointAuthenticatesOnlyFromThere() {
        AuthResult elsewhere = verify(packet("four"), HOME, NOW);
        assertThat(code(elsewhere)).contains(RejectionReason.WRONG_SOURCE);
        assertThat(fault(elsewhere))
                .isEqualTo("it came from 198.51.100.7:4001 instead of 198.51.100.4:4"
                        + " (correct peers.four.endpoint, or remove it to accept any source)");
        assertThat(verify(packet("four"), new Endpoint(Ipv4.of("198.51.100.4"), 4), NOW)
                        .isAccepted())
                .isTrue();
    }

    @Test
    void aPacketOfNoPeerIsUnmatched() {
        AuthResult wrong = verify(Payload.of("Dachshun".getBytes(StandardCharsets.UTF_8)), HOME, NOW);
        assertThat(code(wrong)).contains(RejectionReason.WRONG_KEY);
        assertThat(fault(wrong)).startsWith("no peer at 203.0.113.1:10000 has this key, secret or token (");
        assertThat(name(wrong)).isEqualTo("none");
        AuthResult malformed = verify(Payload.of(new byte[3]), HOME, NOW);
        assertThat(code(malformed)).contains(RejectionReason.MALFORMED);
        assertThat(fault(malformed)).contains("packets of 3 bytes");
        assertThat(verifier.hasPeersAt(LISTENER)).isTrue();
        assertThat(verifier.hasPeersAt(HOME)).isFalse();
    }

    /** From the IP packet on, as anyone can send it. */
    @Property(tries = 2000)
    void randomPacketsAreRejected(@ForAll @Size(max = 200) byte[] bytes) {
        Datagram.parse(bytes).ifPresent(datagram -> assertThat(
                        verify(datagram.payload(), datagram.source(), NOW).isAccepted())
                .isFalse());
        assertThat(verify(Payload.of(bytes), HOME, NOW).isAccepted()).isFalse();
    }

    /** A genuine packet with one bit flipped, truncated, or extended. */
    @Property(tries = 500)
    void modifiedPacketsAreRejected(@ForAll Random random) {
        byte[] packet = packet("one").bytes();
        byte[] other =
                switch (random.nextInt(3)) {
                    case 0 -> Arrays.copyOf(packet, random.nextInt(packet.length));
                    case 1 -> Arrays.copyOf(packet, packet.length + 1 + random.nextInt(2000));
                    default -> {
                        packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
                        yield packet;
                    }
                };
        assertThat(verify(Payload.of(other), HOME, NOW).isAccepted()).isFalse();
    }
}
