package io.ipipou.agent.client;

import static io.ipipou.agent.client.ClientSimulation.KEEPALIVE;
import static io.ipipou.agent.client.ClientSimulation.LOCAL;
import static io.ipipou.agent.client.ClientSimulation.SERVER;
import static io.ipipou.agent.client.ClientSimulation.START;
import static io.ipipou.agent.client.ClientSimulation.TUNNEL;
import static io.ipipou.agent.client.ClientSimulation.tunnel;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.client.ClientSimulation.Server;
import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When authentication packets are sent, and which replies count. */
class ClientsTest {

    private final ClientSimulation sim = new ClientSimulation();

    @Test
    void authenticatesAtStartAndAtEveryKeepaliveWhileTheServerReplies() {
        sim.setTunnels(tunnel());
        sim.pass(100);
        assertThat(sim.sentAfter(Duration.ZERO)).containsExactly(0L, 27_000L, 54_000L, 81_000L);
        assertThat(sim.sent.get(0).packet().source()).isEqualTo(LOCAL);
        assertThat(sim.sent.get(0).packet().destination()).isEqualTo(SERVER);
        assertThat(sim.sent.get(0).device()).contains(ClientSimulation.ETH0);
        ClientSnapshot snapshot = sim.snapshot();
        assertThat(snapshot.state()).isEqualTo(ClientState.ANSWERED);
        assertThat(snapshot.since()).isEqualTo(START.plusMillis(40));
        assertThat(snapshot.lastAuthentication()).contains(START.plusSeconds(81));
        assertThat(snapshot.lastReply()).contains(START.plusSeconds(81).plusMillis(40));
        assertThat(snapshot.lastReceived()).isEmpty();
        assertThat(snapshot.nextAuthentication()).contains(Duration.ofSeconds(8));
        assertThat(sim.refreshed).isEmpty();
    }

    @Test
    void waitsDoubleUpToTheKeepaliveWhenRepliesStop() {
        sim.connect(tunnel());
        sim.server = Server.SILENT;
        sim.pass(17);
        Duration first = sim.now();
        sim.pass(Duration.ofMillis(900));
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
        sim.pass(Duration.ofMillis(200));
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.SILENT);
        sim.pass(120);
        assertThat(sim.sentAfter(first))
                .containsExactly(0L, 1000L, 3000L, 7000L, 15_000L, 31_000L, 58_000L, 85_000L, 112_000L);
    }

    @Test
    void aReplyEndsTheSilenceAndTheNextPacketIsAKeepaliveLater() {
        sim.connect(tunnel());
        sim.server = Server.SILENT;
        sim.pass(30);
        sim.server = Server.REPLIES;
        sim.pass(10);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
        Duration last = sim.sent.get(sim.sent.size() - 1).at();
        assertThat(sim.snapshot().since()).isEqualTo(START.plus(last).plusMillis(40));
        sim.pass(30);
        assertThat(sim.sentAfter(last)).startsWith(0L, 27_000L);
        sim.server = Server.SILENT;
        sim.pass(27);
        Duration again = sim.now();
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.SILENT);
        assertThat(sim.sentAfter(again.minusSeconds(27)).size())
                .as("the waits are short again")
                .isGreaterThanOrEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"0, 750", "0.25, 875", "1, 1250"})
    void waitsAreRandomized(double random, long milliseconds) {
        sim.random = random;
        sim.server = Server.SILENT;
        sim.setTunnels(tunnel());
        sim.pass(2);
        assertThat(sim.sentAfter(Duration.ZERO)).startsWith(0L, milliseconds);
        sim.pass(200);
        List<Long> times = sim.sentAfter(Duration.ZERO);
        int last = times.size() - 1;
        assertThat(times.get(last) - times.get(last - 1)).isEqualTo(KEEPALIVE.toMillis());
    }

    @Test
    void aServerThatNeverRepliesIsNotSilent() {
        sim.server = Server.SILENT;
        sim.setTunnels(tunnel("hub.example", Optional.of(KEEPALIVE), LOCAL, SERVER));
        sim.pass(600);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.CONNECTING);
        assertThat(sim.sentAfter(Duration.ofSeconds(100)))
                .as("one packet per keepalive")
                .hasSizeBetween(18, 19);
    }

    @Test
    void withoutAKeepaliveAServerThatNeverRepliesIsLeftAloneAfterAWhile() {
        sim.server = Server.SILENT;
        sim.setTunnels(tunnel("203.0.113.1", Optional.empty(), LOCAL, SERVER));
        sim.pass(3600);
        assertThat(sim.sentAfter(Duration.ZERO)).containsExactly(0L, 1000L, 3000L, 7000L, 15_000L, 31_000L, 63_000L);
        assertThat(sim.snapshot().nextAuthentication()).isEmpty();
    }

    @Test
    void theThirdUnansweredPacketIsAWarningOncePerOutage() {
        RecordedEvents.take();
        sim.server = Server.SILENT;
        sim.setTunnels(tunnel());
        sim.pass(2);
        assertThat(sim.snapshot().fault().orElseThrow().reason()).startsWith("no reply yet from 203.0.113.1:10000");
        sim.pass(4);
        assertThat(sim.sent).hasSize(3);
        assertThat(RecordedEvents.take()).isEmpty();
        sim.pass(600);
        String silent =
                "server.silent tunnel=ipipou0 explanation=nobody answers at 203.0.113.1:10000: 3 authentication packets"
                        + " from 192.0.2.10:20000 through eth0 had no reply remedy=on the server, check that its firewall"
                        + " lets in UDP port 10000, that its agent runs, and that its file has this host's key"
                        + " endpoint=203.0.113.1:10000";
        assertThat(RecordedEvents.take()).containsExactly(silent);
        assertThat(sim.snapshot().fault().orElseThrow().reason()).startsWith("nobody answers at 203.0.113.1:10000");

        sim.server = Server.REPLIES;
        sim.pass(30);
        assertThat(RecordedEvents.take())
                .containsExactly("server.responding tunnel=ipipou0 endpoint=203.0.113.1:10000 reason=it replied");
        assertThat(sim.snapshot().fault()).isEmpty();
        sim.server = Server.SILENT;
        sim.pass(60);
        assertThat(RecordedEvents.take()).containsExactly(silent);
    }

    @Test
    void oneLostPacketIsNoWarning() {
        sim.connect(tunnel());
        RecordedEvents.take();
        sim.server = Server.SILENT;
        sim.pass(18);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.SILENT);
        sim.server = Server.REPLIES;
        sim.pass(5);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
        assertThat(RecordedEvents.take()).isEmpty();
    }

    @Test
    void aReplyThatIsRejectedIsNamedInsteadOfSilence() {
        RecordedEvents.take();
        sim.server = Server.SILENT;
        sim.setTunnels(tunnel());
        sim.pass(1);
        sim.reply(sim.sent.get(0).packet(), Payload.of(new byte[8]));
        sim.pass(20);
        assertThat(RecordedEvents.take())
                .singleElement()
                .asString()
                .contains("explanation=203.0.113.1:10000 answers, but its reply is rejected: not the reversed packet"
                        + " remedy=compare the keys");
    }

    @Test
    void authenticatesOnRequest() {
        Duration start = sim.connect(tunnel());
        assertThat(sim.clients.authenticateNow(Set.of(new LinkName("other")))).isEmpty();
        assertThat(sim.clients.authenticateNow(Set.of(TUNNEL))).containsExactly(TUNNEL);
        assertThat(sim.clients.authenticateNow(Set.of())).containsExactly(TUNNEL);
        assertThat(sim.sentAfter(start)).hasSize(2);
        sim.pass(30);
        assertThat(sim.sentAfter(start)).as("the next is a keepalive later").containsExactly(0L, 0L, 27_000L);
    }

    @Test
    void aReplyToAnEarlierPacketCounts() {
        sim.server = Server.SILENT;
        sim.setTunnels(tunnel());
        sim.pass(4);
        assertThat(sim.sent).hasSize(3);
        sim.replyTo(0);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
        sim.replyTo(1);
        assertThat(sim.snapshot().rejections()).as("later replies are ignored").isEmpty();
    }

    @Test
    void invalidRepliesAreCountedAndChangeNothing() {
        sim.server = Server.SILENT;
        sim.setTunnels(tunnel());
        sim.pass(1);
        sim.reply(sim.sent.get(0).packet(), Payload.of(new byte[8]));
        sim.reply(sim.sent.get(0).packet(), Payload.of(new byte[1]));
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.CONNECTING);
        assertThat(sim.snapshot().rejections())
                .isEqualTo(Map.of(RejectionReason.WRONG_KEY, 1L, RejectionReason.FAILED, 1L));
    }

    @Test
    void aReplayedReplyDoesNotEndTheSilence() {
        sim.server = Server.SILENT;
        sim.setTunnels(tunnel());
        sim.pass(1);
        Payload genuine = sim.stamped(START.plusSeconds(1));
        sim.reply(sim.sent.get(0).packet(), genuine);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
        sim.pass(30);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.SILENT);
        sim.reply(sim.sent.get(0).packet(), genuine);
        sim.reply(sim.sent.get(0).packet(), sim.stamped(Instant.EPOCH));
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.SILENT);
        assertThat(sim.snapshot().rejections())
                .isEqualTo(Map.of(RejectionReason.REPLAY, 1L, RejectionReason.CLOCK_SKEW, 1L));
    }

    @Test
    void packetsFromUnknownSourcesAreNoReplies() {
        sim.connect(tunnel());
        Endpoint unknown = new Endpoint(SERVER.address(), 10001);
        assertThat(sim.clients.received(LOCAL, new AuthPacket(Payload.of(new byte[8]), unknown, START)))
                .isFalse();
    }

    @Test
    void anIdleClientRarelyWakesUp() {
        sim.connect(tunnel("203.0.113.1", Optional.of(Duration.ofMinutes(5)), LOCAL, SERVER));
        int before = sim.steps;
        sim.pass(60);
        assertThat(sim.steps - before).isLessThanOrEqualTo(22);
    }
}
