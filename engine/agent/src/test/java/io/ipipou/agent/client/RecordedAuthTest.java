package io.ipipou.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.TestConfigs;
import io.ipipou.agent.names.NameRefresher;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Auth;
import io.ipipou.core.config.Position;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Settings;
import io.ipipou.testkit.auth.RecordedExchange;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client with the keys and at the time of recorded exchanges of the Python tool sends and accepts the same packets. */
class RecordedAuthTest {

    /** Bytes of IP and UDP. */
    private static final int HEADERS = 28;

    private static final int SIGNATURE = 64;

    static List<RecordedExchange> recorded() {
        return Stream.of("ed25519", "token", "address")
                .flatMap(scheme -> RecordedExchange.of(scheme).stream())
                .toList();
    }

    private final List<Datagram> sent = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("recorded")
    void sendsTheRecordedPacketAndAcceptsTheRecordedReply(RecordedExchange recorded) {
        RecordedExchange.Packet request = recorded.request();
        Clock clock = Clock.fixed(timeOf(request), ZoneOffset.UTC);
        AuthSchemes schemes = new AuthSchemes(TestConfigs.PLUGINS, new AuthContext(clock, new Random(1)));
        Authenticator authenticator =
                schemes.authenticator(auth(recorded, "client_private_key_b64", "server_public_key_b64"));
        Clients clients = new Clients(
                auth -> authenticator,
                names -> Map.of(),
                new NameRefresher(names -> {}, Runnable::run, () -> 0, () -> 0.5),
                new ClientContext(
                        (packet, device) -> sent.add(packet), clock, () -> 0, () -> 0.5, (tunnel, server) -> {}));
        clients.setTunnels(
                List.of(ClientSimulation.tunnel(
                        "203.0.113.1", Optional.of(Duration.ofSeconds(27)), request.source(), request.destination())),
                Map.of());
        clients.step();

        byte[] packet = HexFormat.of().parseHex(request.ipPacketHex());
        byte[] ours = sent.get(0).encode(packet[8]);
        // What the kernel fills in: the id and the header checksum.
        copy(packet, ours, 4, 2);
        copy(packet, ours, 10, 2);
        if (recorded.has("client_public_key_b64")) {
            // The salt is random, and signed: check the signature with the recorded key instead.
            AuthPacket ownPacket = new AuthPacket(sent.get(0).payload(), request.source(), clock.instant());
            assertThat(schemes.verifier(auth(recorded, "server_private_key_b64", "client_public_key_b64"))
                            .verify(ownPacket))
                    .matches(Verdict::isAccepted);
            copy(packet, ours, HEADERS, SIGNATURE);
            copy(packet, ours, packet.length - Integer.BYTES, Integer.BYTES);
        }
        assertThat(ours).isEqualTo(packet);

        Datagram reply = Datagram.parse(HexFormat.of().parseHex(recorded.reply().ipPacketHex()))
                .orElseThrow();
        // A server without a key replies with the reversed packet.
        Payload payload = reply.payload().equals(request.payload().reversed())
                ? sent.get(0).payload().reversed()
                : reply.payload();
        assertThat(clients.received(reply.destination(), new AuthPacket(payload, reply.source(), clock.instant())))
                .isTrue();
        assertThat(clients.snapshots().values()).singleElement().matches(now -> now.state() == ClientState.ANSWERED);
    }

    private static void copy(byte[] from, byte[] to, int at, int length) {
        System.arraycopy(from, at, to, at, length);
    }

    private static Auth auth(RecordedExchange recorded, String own, String remote) {
        Map<String, Object> values = new HashMap<>();
        secret(recorded, own).ifPresent(key -> values.put("privateKey", key));
        secret(recorded, "token_b64").ifPresent(token -> values.put("tokenBase64", token));
        if (recorded.has(remote)) {
            values.put("remotePublicKey", new Settings.Bytes(Base64.getDecoder().decode(recorded.text(remote))));
        }
        if (recorded.has("secret")) {
            values.put("secret", Secret.of(recorded.text("secret")));
        }
        if (recorded.has("token_utf8")) {
            values.put("token", Secret.of(recorded.text("token_utf8")));
        }
        return new Auth("recorded", recorded.text("scheme"), new Settings(values), new Position("t.yaml", 1, 1));
    }

    private static Optional<Secret> secret(RecordedExchange recorded, String field) {
        return recorded.has(field)
                ? Optional.of(Secret.of(Base64.getDecoder().decode(recorded.text(field))))
                : Optional.empty();
    }

    /** The five bytes after the signature; any time for schemes without one. */
    private static Instant timeOf(RecordedExchange.Packet packet) {
        return packet.payload().length() > SIGNATURE
                ? Instant.ofEpochSecond(ByteBuffer.wrap(packet.payload().bytes(), SIGNATURE - 3, Long.BYTES)
                                .getLong()
                        & 0xff_ffff_ffffL)
                : ClientSimulation.START;
    }
}
