package io.ipipou.agent.client;

import static io.ipipou.agent.client.ClientSimulation.KEEPALIVE;
import static io.ipipou.agent.client.ClientSimulation.LOCAL;
import static io.ipipou.agent.client.ClientSimulation.SERVER;
import static io.ipipou.agent.client.ClientSimulation.tunnel;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.client.ClientSimulation.Server;
import io.ipipou.agent.watch.KernelChange;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How clients react when the host, its clock, the configuration or the server's address changes. */
class ClientsChangesTest {

    private static final Optional<Duration> FIVE_MINUTES = Optional.of(Duration.ofMinutes(5));
    private static final ClientTunnel BY_ADDRESS = tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER);
    private static final ClientTunnel BY_NAME = tunnel("hub.example", FIVE_MINUTES, LOCAL, SERVER);

    private final ClientSimulation sim = new ClientSimulation();

    @Test
    void aChangedDefaultRouteCausesOneAuthenticationPacketAtOnceAndManyChangesFew() {
        Duration start = sim.connect(BY_ADDRESS);
        for (int change = 0; change < 40; change++) {
            sim.at(
                    start.plusMillis(change),
                    () -> sim.clients.hostChanged(EnumSet.of(KernelChange.ROUTES, KernelChange.DEFAULT_ROUTE)));
        }
        sim.at(start.plusMillis(400), () -> sim.clients.hostChanged(Set.of(KernelChange.DEFAULT_ROUTE)));
        sim.pass(60);
        assertThat(sim.sentAfter(start)).containsExactly(50L, 1050L);
    }

    @ParameterizedTest
    @EnumSource(
            value = KernelChange.class,
            names = {"DEFAULT_ROUTE"},
            mode = EnumSource.Mode.EXCLUDE)
    void otherChangesMatterOnlyAfterAFailureToSend(KernelChange change) {
        sim.sendError = Optional.of(Errno.EADDRNOTAVAIL);
        sim.setTunnels(BY_ADDRESS);
        sim.pass(200);
        assertThat(sim.sent).isEmpty();
        assertThat(sim.snapshot().failure()).isPresent();
        sim.sendError = Optional.empty();
        Duration start = sim.now();
        sim.clients.hostChanged(Set.of(change));
        sim.pass(10);
        assertThat(sim.sentAfter(start)).containsExactly(50L);
        assertThat(sim.snapshot().failure()).isEmpty();
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);

        sim.clients.hostChanged(Set.of(change));
        sim.pass(100);
        assertThat(sim.sent).hasSize(1);
    }

    @Test
    void aPacketThatCannotBeSentIsRetried() {
        sim.connect(tunnel());
        sim.sendError = Optional.of(Errno.ENETUNREACH);
        sim.pass(20);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.SILENT);
        assertThat(sim.snapshot().failure().orElseThrow()).contains("sendto");
        sim.sendError = Optional.empty();
        sim.pass(30);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
    }

    @Test
    void authenticatesAtOnceFromANewLocalAddressAndKeepsItsCounters() {
        Duration start = sim.connect(BY_ADDRESS);
        sim.server = Server.SILENT;
        sim.clients.authenticateNow(Set.of());
        sim.reply(sim.sent.get(1).packet(), Payload.of(new byte[8]));
        sim.server = Server.REPLIES;
        Endpoint moved = new Endpoint(Ipv4.of("198.51.100.7"), 20000);
        sim.setTunnels(tunnel("203.0.113.1", FIVE_MINUTES, moved, SERVER));
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.CONNECTING);
        sim.replyTo(1);
        assertThat(sim.snapshot().state()).as("a reply to the previous address").isEqualTo(ClientState.CONNECTING);
        sim.pass(5);
        assertThat(sim.sentAfter(start)).containsExactly(0L, 0L);
        assertThat(sim.sent.get(2).packet().source()).isEqualTo(moved);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
        assertThat(sim.snapshot().rejections()).isEqualTo(Map.of(RejectionReason.WRONG_KEY, 1L));
    }

    @Test
    void authenticatesAtOnceToANewServerAddress() {
        Duration start = sim.connect(BY_NAME);
        Endpoint moved = new Endpoint(Ipv4.of("203.0.113.99"), 10000);
        sim.setTunnels(tunnel("hub.example", FIVE_MINUTES, LOCAL, moved));
        sim.pass(1);
        assertThat(sim.sentAfter(start)).containsExactly(0L);
        assertThat(sim.snapshot().server()).isEqualTo(moved);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
    }

    @Test
    void anUnchangedTunnelContinuesAndARemovedOneEnds() {
        Duration start = sim.connect(tunnel());
        sim.setTunnels(tunnel());
        sim.pass(5);
        assertThat(sim.sentAfter(start)).isEmpty();
        sim.setTunnels();
        sim.pass(100);
        assertThat(sim.sentAfter(start)).isEmpty();
        assertThat(sim.clients.snapshots()).isEmpty();
        assertThat(sim.clients.authenticateNow(Set.of())).isEmpty();
    }

    @Test
    void aTunnelWithChangedSettingsStartsFromScratch() {
        Duration start = sim.connect(tunnel());
        sim.setTunnels(tunnel("203.0.113.1", Optional.of(Duration.ofSeconds(60)), LOCAL, SERVER));
        assertThat(sim.snapshot().lastReply()).isEmpty();
        sim.pass(70);
        assertThat(sim.sentAfter(start)).containsExactly(0L, 60_000L);
    }

    @Test
    void authenticatesAfterTheHostWasSuspended() {
        Duration start = sim.connect(BY_ADDRESS);
        sim.setClockAhead(Duration.ofSeconds(4));
        sim.pass(10);
        assertThat(sim.sentAfter(start)).as("the clock was set").isEmpty();
        sim.setClockAhead(Duration.ofHours(8));
        sim.pass(10);
        assertThat(sim.sentAfter(start)).hasSize(1);
    }

    @Test
    void aClockThatIsSetBackChangesNothing() {
        Duration start = sim.connect(tunnel());
        sim.setClockAhead(Duration.ofDays(-365));
        sim.pass(44);
        assertThat(sim.sentAfter(start)).containsExactly(17_000L, 44_000L);
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);
    }

    @Test
    void theNameOfASilentServerIsRefreshedLessAndLessOften() {
        sim.connect(tunnel("hub.example", Optional.of(KEEPALIVE), LOCAL, SERVER));
        sim.pass(60);
        assertThat(sim.refreshes).isEmpty();
        sim.server = Server.SILENT;
        sim.pass(30);
        assertThat(sim.refreshes).hasSize(1);
        sim.pass(60);
        assertThat(sim.refreshes).as("one at a time").hasSize(1);
        sim.refreshes.remove().run();
        assertThat(sim.refreshed).containsExactly(Set.of("hub.example"));
        for (int second = 0; second < 3600; second++) {
            sim.pass(1);
            while (!sim.refreshes.isEmpty()) {
                sim.refreshes.remove().run();
            }
        }
        assertThat(sim.refreshed).hasSizeBetween(12, 12 + 9);
        sim.server = Server.REPLIES;
        sim.pass(30);
        int before = sim.refreshed.size();
        sim.pass(600);
        assertThat(sim.refreshed).hasSize(before);
        assertThat(sim.refreshes).isEmpty();
    }

    @Test
    void namesAreRefreshedAfterAChangeOfTheDefaultRoute() {
        sim.connect(BY_NAME);
        sim.server = Server.SILENT;
        sim.clients.authenticateNow(Set.of());
        sim.pass(3);
        sim.refreshes.remove().run();
        sim.clients.hostChanged(Set.of(KernelChange.DEFAULT_ROUTE));
        sim.pass(1);
        assertThat(sim.refreshes).hasSize(1);
    }

    @Test
    void anAddressIsNotRefreshed() {
        sim.connect(tunnel());
        sim.server = Server.SILENT;
        sim.pass(600);
        assertThat(sim.refreshes).isEmpty();
    }
}
