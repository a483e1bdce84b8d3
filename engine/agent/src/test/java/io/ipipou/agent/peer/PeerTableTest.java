package io.ipipou.agent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.auth.AuthRejection;
import io.ipipou.agent.auth.RejectedPacket;
import io.ipipou.core.config.AliasChoice;
import io.ipipou.core.config.GlobalSettings;
import io.ipipou.core.config.Inner;
import io.ipipou.core.config.LocalEnd;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Peer;
import io.ipipou.core.config.Position;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.Gate;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerTableTest {

    private static final LinkName ONE = new LinkName("one");
    private static final LinkName TWO = new LinkName("two");
    private static final Endpoint HOME = new Endpoint(Ipv4.of("198.51.100.7"), 4001);
    private static final Endpoint CAFE = new Endpoint(Ipv4.of("192.0.2.77"), 4001);
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final PeerTable peers = new PeerTable(nanos::get);

    private static RoamingTunnel tunnel(LinkName name) {
        Position position = new Position("t.yaml", 1, 1);
        Tunnel tunnel = new Tunnel(
                name,
                Mode.SERVER,
                new Peer("p", List.of(), Optional.empty(), position),
                new LocalEnd(Optional.empty(), Optional.of(Ipv4.of("203.0.113.1")), 10000),
                new Inner(Ipv4.of("172.28.0.0"), Optional.empty(), List.of()),
                List.of(),
                OptionalInt.empty(),
                0,
                false,
                new AliasChoice.Auto(),
                Optional.empty(),
                HOUR,
                Duration.ZERO,
                true,
                position);
        Ipv4 address = Ipv4.of("203.0.113.1");
        return new RoamingTunnel(
                tunnel,
                new Gate("ipipou", GlobalSettings.DEFAULT.aliasRange()),
                Optional.empty(),
                address,
                address,
                1472,
                Set.of());
    }

    private static RejectedPacket packet(RejectionReason reason) {
        return new RejectedPacket(
                Instant.EPOCH, HOME, AuthRejection.byScheme(new Verdict.Rejection(reason, "because")));
    }

    @Test
    void admissionsExpireByAMonotonicClock() {
        peers.setTunnels(List.of(tunnel(ONE)), Map.of());
        assertThat(peers.endpointOf(ONE)).isEmpty();

        peers.moved(ONE, LearntEndpoint.admitted(HOME, HOUR));
        nanos.addAndGet(Duration.ofMinutes(59).toNanos()); // wraps
        assertThat(peers.endpointOf(ONE)).contains(LearntEndpoint.admitted(HOME, Duration.ofMinutes(1)));
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(peers.endpointOf(ONE)).contains(LearntEndpoint.expired(HOME));

        peers.moved(ONE, LearntEndpoint.admitted(HOME, Duration.ZERO));
        nanos.addAndGet(Duration.ofDays(1000).toNanos());
        assertThat(peers.endpointOf(ONE)).contains(LearntEndpoint.admitted(HOME, Duration.ZERO));
    }

    @Test
    void tunnelsAreFoundByEndpoint() {
        peers.setTunnels(List.of(tunnel(ONE), tunnel(TWO)), Map.of(TWO, LearntEndpoint.admitted(HOME, HOUR)));
        assertThat(peers.tunnelsAt(HOME)).containsExactly(TWO);
        peers.moved(ONE, LearntEndpoint.admitted(HOME, HOUR));
        assertThat(peers.tunnelsAt(HOME)).containsExactlyInAnyOrder(ONE, TWO);
        peers.moved(TWO, LearntEndpoint.admitted(CAFE, HOUR));
        assertThat(peers.tunnelsAt(HOME)).containsExactly(ONE);
        peers.setTunnels(List.of(tunnel(TWO)), Map.of(TWO, LearntEndpoint.admitted(CAFE, HOUR)));
        assertThat(peers.tunnelsAt(HOME)).isEmpty();
        assertThat(peers.endpointOf(ONE)).isEmpty();
    }

    @Test
    void rejectionsAreCountedPerPeer() {
        peers.setTunnels(List.of(tunnel(ONE)), Map.of());
        peers.rejected(Optional.of(ONE), packet(RejectionReason.REPLAY));
        peers.rejected(Optional.of(ONE), packet(RejectionReason.REPLAY));
        peers.rejected(Optional.of(TWO), packet(RejectionReason.WRONG_KEY));
        peers.rejected(Optional.empty(), packet(RejectionReason.WRONG_KEY));
        assertThat(peers.snapshots().values()).singleElement().satisfies(peer -> assertThat(peer.rejections())
                .isEqualTo(Map.of(RejectionReason.REPLAY, 2L)));
        assertThat(peers.unmatched()).isEqualTo(Map.of(RejectionReason.WRONG_KEY, 2L));
    }

    @Test
    void theLastRejectionIsKeptUntilThePeerAuthenticates() {
        peers.setTunnels(List.of(tunnel(ONE)), Map.of());
        RejectedPacket last = packet(RejectionReason.REPLAY);
        peers.rejected(Optional.of(ONE), packet(RejectionReason.CLOCK_SKEW));
        peers.rejected(Optional.of(ONE), last);
        assertThat(peers.snapshots().values())
                .singleElement()
                .extracting(PeerTable.Snapshot::lastRejection)
                .isEqualTo(Optional.of(last));
        peers.accepted(ONE, Instant.EPOCH);
        assertThat(peers.snapshots().values())
                .singleElement()
                .extracting(PeerTable.Snapshot::lastRejection)
                .isEqualTo(Optional.empty());
        assertThat(peers.lastUnmatched()).isEmpty();
        peers.rejected(Optional.empty(), last);
        assertThat(peers.lastUnmatched()).contains(last);
    }

    @Test
    void totalsIncludePeersThatWereRemoved() {
        peers.setTunnels(List.of(tunnel(ONE), tunnel(TWO)), Map.of());
        assertThat(peers.counts()).isEqualTo(new PeerCounts(0, 0, 2, 0, Map.of()));
        peers.moved(ONE, LearntEndpoint.admitted(HOME, HOUR));
        peers.moved(TWO, LearntEndpoint.expired(CAFE));
        peers.accepted(ONE, Instant.EPOCH);
        peers.rejected(Optional.of(ONE), packet(RejectionReason.REPLAY));
        peers.rejected(Optional.empty(), packet(RejectionReason.REPLAY));
        assertThat(peers.counts()).isEqualTo(new PeerCounts(1, 1, 0, 1, Map.of(RejectionReason.REPLAY, 2L)));
        peers.setTunnels(List.of(), Map.of());
        assertThat(peers.counts()).isEqualTo(new PeerCounts(0, 0, 0, 1, Map.of(RejectionReason.REPLAY, 2L)));
    }
}
