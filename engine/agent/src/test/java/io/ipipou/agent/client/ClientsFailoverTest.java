package io.ipipou.agent.client;

import static io.ipipou.agent.client.ClientSimulation.KEEPALIVE;
import static io.ipipou.agent.client.ClientSimulation.LOCAL;
import static io.ipipou.agent.client.ClientSimulation.TUNNEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.client.ClientSimulation.Server;
import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.Remote;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientsFailoverTest {

    private static final Endpoint FIRST = new Endpoint(Ipv4.of("203.0.113.1"), 10000);
    private static final Endpoint SECOND = new Endpoint(Ipv4.of("203.0.113.2"), 10000);
    private static final List<Remote.Candidate> BOTH = List.of(
            new Remote.Candidate(new RemoteEndpoint("hub1.example", 10000), FIRST),
            new Remote.Candidate(new RemoteEndpoint("203.0.113.2", 10000), SECOND));

    private final ClientSimulation sim = new ClientSimulation();

    @BeforeEach
    void forgetEvents() {
        RecordedEvents.take();
    }

    private static ClientTunnel at(Endpoint server) {
        ClientTunnel one = ClientSimulation.tunnel("hub1.example", Optional.of(KEEPALIVE), LOCAL, FIRST);
        return new ClientTunnel(one.tunnel(), one.local(), one.device(), new Remote(server, BOTH));
    }

    /** Moves the tunnel wherever the client wants it. */
    private void follow() {
        for (int second = 0; second < 600; second++) {
            sim.at(sim.now().plusSeconds(second), () -> {
                if (!sim.chosen.isEmpty()) {
                    sim.setTunnels(at(sim.chosen.get(sim.chosen.size() - 1)));
                }
            });
        }
    }

    @Test
    void theNextEndpointIsTriedAfterThreePacketsWithoutAReply() {
        sim.server = Server.SILENT;
        sim.setTunnels(at(FIRST));
        sim.pass(6);
        assertThat(sim.sent).hasSize(3);
        assertThat(sim.chosen).isEmpty();
        sim.pass(2);
        assertThat(sim.chosen).containsExactly(SECOND);
        assertThat(RecordedEvents.take())
                .containsExactly("server.changed tunnel=ipipou0 endpoint=203.0.113.2:10000 reason=hub1.example:10000"
                        + " (203.0.113.1:10000) did not answer 3 authentication packets");

        sim.setTunnels(at(SECOND));
        sim.server = Server.REPLIES;
        sim.pass(1);
        assertThat(sim.sent.get(sim.sent.size() - 1).packet().destination()).isEqualTo(SECOND);
        assertThat(RecordedEvents.take())
                .containsExactly("server.responding tunnel=ipipou0 endpoint=203.0.113.2:10000 reason=it replied");
        ClientSnapshot snapshot = sim.snapshot();
        assertThat(snapshot.state()).isEqualTo(ClientState.ANSWERED);
        assertThat(snapshot.serverName()).isEqualTo("203.0.113.2:10000");
        assertThat(snapshot.switched().orElseThrow())
                .isEqualTo("hub1.example:10000 (203.0.113.1:10000) did not answer 3 authentication packets");
        sim.pass(600);
        assertThat(sim.chosen).as("no fail-back").containsExactly(SECOND);
    }

    @Test
    void aServerThatNeverRepliesIsNotLeftWhileInnerPacketsArrive() {
        sim.server = Server.SILENT;
        sim.setTraffic(0, 0);
        sim.setTunnels(at(FIRST));
        sim.addTrafficEverySecond(Duration.ofMinutes(5), 1, 1);
        sim.pass(300);
        assertThat(sim.chosen).isEmpty();
        assertThat(sim.snapshot().state()).isEqualTo(ClientState.ANSWERED);

        sim.addTrafficEverySecond(Duration.ofMinutes(1), 0, 1);
        sim.pass(60);
        assertThat(sim.chosen).contains(SECOND);
    }

    @Test
    void aServerThatStopsReplyingIsLeft() {
        sim.connect(at(FIRST));
        sim.server = Server.SILENT;
        sim.pass(40);
        assertThat(sim.chosen).startsWith(SECOND);
    }

    @Test
    void whenAllAreDownTheyAreTriedMoreSlowlyAndThatIsLoggedOnce() {
        sim.server = Server.SILENT;
        sim.setTunnels(at(FIRST));
        follow();
        sim.pass(600);
        assertThat(sim.chosen).startsWith(SECOND, FIRST, SECOND);
        assertThat(sim.sentAfter(Duration.ofMinutes(5))).hasSizeLessThan(20);
        assertThat(RecordedEvents.take())
                .hasSize(2)
                .anyMatch(event -> event.startsWith("server.changed"))
                .anyMatch(event -> event.startsWith("server.silent"));
    }

    @Test
    void reauthStartsAtTheFirst() {
        sim.connect(at(SECOND));
        sim.clients.authenticateNow(Set.of(TUNNEL));
        assertThat(sim.chosen).containsExactly(FIRST);
        sim.setTunnels(at(FIRST));
        sim.pass(1);
        assertThat(sim.sent.get(sim.sent.size() - 1).packet().destination()).isEqualTo(FIRST);
        sim.clients.authenticateNow(Set.of());
        assertThat(sim.chosen).containsExactly(FIRST);
    }

    @Test
    void theNextAddressOfASilentStaticPeerIsTried() {
        Remote remote = new Remote(
                FIRST, List.of(BOTH.get(0), new Remote.Candidate(new RemoteEndpoint("hub1.example", 10000), SECOND)));
        sim.setTraffic(0, 0);
        sim.clients.setTunnels(List.of(), Map.of(TUNNEL, remote));
        sim.addTrafficEverySecond(Duration.ofSeconds(30), 1, 1);
        sim.pass(30);
        assertThat(sim.chosen).isEmpty();
        assertThat(sim.refreshed).isEmpty();
        sim.addTrafficEverySecond(Duration.ofSeconds(10), 0, 1);
        sim.pass(10);
        assertThat(sim.chosen).startsWith(SECOND);
        sim.refreshes.forEach(Runnable::run);
        assertThat(sim.refreshed).contains(Set.of("hub1.example"));
    }
}
