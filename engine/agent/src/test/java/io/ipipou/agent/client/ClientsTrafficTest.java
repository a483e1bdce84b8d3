package io.ipipou.agent.client;

import static io.ipipou.agent.client.ClientSimulation.LOCAL;
import static io.ipipou.agent.client.ClientSimulation.SERVER;
import static io.ipipou.agent.client.ClientSimulation.START;
import static io.ipipou.agent.client.ClientSimulation.tunnel;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.client.ClientSimulation.Server;
import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.core.desired.ClientTunnel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the traffic through a tunnel says about its server. */
class ClientsTrafficTest {

    private static final ClientTunnel TUNNEL = tunnel("203.0.113.1", Optional.of(Duration.ofMinutes(5)), LOCAL, SERVER);
    private static final ClientTunnel WITHOUT_KEEPALIVE = tunnel("203.0.113.1", Optional.empty(), LOCAL, SERVER);

    private final ClientSimulation sim = new ClientSimulation();

    @Test
    void withoutAKeepaliveAuthenticatesOnceAndWhenTrafficStaysUnanswered() {
        sim.setTraffic(0, 0);
        sim.connect(WITHOUT_KEEPALIVE);
        sim.pass(3600);
        assertThat(sim.sent).hasSize(1);
        sim.addTraffic(0, 1);
        sim.pass(7);
        assertThat(sim.sent).hasSize(2);
    }

    @Test
    void unansweredTrafficCausesAnAuthenticationPacket() {
        sim.setTraffic(5, 5);
        sim.connect(TUNNEL);
        sim.addTraffic(0, 1);
        Duration lost = sim.now();
        sim.pass(60);
        assertThat(sim.sentAfter(lost)).hasSize(1).first().matches(ms -> ms <= 2 * Clients.READ_INTERVAL.toMillis());
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
    }

    @Test
    void oneWayTrafficCausesFewAuthenticationPackets() {
        sim.setTraffic(0, 0);
        Duration start = sim.connect(TUNNEL);
        sim.addTrafficEverySecond(Duration.ofHours(1), 0, 10);
        sim.pass(3600);
        assertThat(sim.sentAfter(start)).hasSizeBetween(12, 2 * 12 + 8);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
    }

    @Test
    void twoWayTrafficCausesNone() {
        sim.setTraffic(0, 0);
        sim.connect(TUNNEL);
        sim.addTrafficEverySecond(Duration.ofSeconds(280), 1, 1);
        sim.pass(280);
        assertThat(sim.sent).hasSize(1);
        assertThat(sim.snapshot().lastReceived().orElseThrow()).isAfter(START.plusSeconds(280));
    }

    @Test
    void receivedTrafficShowsThatAServerThatNeverRepliesIsUp() {
        sim.server = Server.SILENT;
        sim.setTraffic(0, 0);
        sim.setTunnels(TUNNEL);
        sim.addTrafficEverySecond(Duration.ofSeconds(20), 1, 1);
        RecordedEvents.take();
        sim.pass(20);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
        int before = sim.sent.size();
        sim.pass(1000);
        assertThat(sim.sent.size() - before).as("idle").isLessThanOrEqualTo(5);
        assertThat(RecordedEvents.take())
                .as("never a warning about a server that never replies")
                .containsExactly(
                        "server.responding tunnel=ipipou0 endpoint=203.0.113.1:10000 reason=inner packets arrive");

        sim.addTraffic(0, 1);
        Duration lost = sim.now();
        sim.pass(20);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.SILENT);
        assertThat(sim.sentAfter(lost)).hasSizeBetween(4, 5);
        sim.addTraffic(1, 0);
        sim.pass(2 * Clients.READ_INTERVAL.toSeconds());
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
        int after = sim.sent.size();
        sim.pass(200);
        assertThat(sim.sent).hasSize(after);
    }

    @Test
    void aServerThatStopsReplyingIsRetriedBeforeItsTrafficCounts() {
        sim.setTraffic(0, 0);
        Duration start = sim.connect(TUNNEL);
        sim.server = Server.SILENT;
        sim.addTrafficEverySecond(Duration.ofSeconds(60), 1, 1);
        sim.clients.authenticateNow(Set.of());
        sim.pass(60);
        assertThat(sim.sentAfter(start)).hasSizeBetween(3, 4);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
    }

    @Test
    void countersThatRestartOrCannotBeReadMeanNothing() {
        sim.setTraffic(100, 100);
        sim.connect(TUNNEL);
        sim.setTraffic(0, 1);
        sim.pass(20);
        assertThat(sim.sent).as("the link was recreated").hasSize(1);
        sim.counters.clear();
        sim.pass(20);
        sim.countersUnreadable = true;
        sim.pass(20);
        assertThat(sim.sent).hasSize(1);
    }
}
