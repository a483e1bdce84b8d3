package io.ipipou.agent.converge;

import static io.ipipou.agent.converge.FakeHost.CAFE;
import static io.ipipou.agent.converge.FakeHost.HOME;
import static io.ipipou.agent.converge.FakeHost.LAPTOP;
import static io.ipipou.agent.converge.FakeHost.LIFETIME;
import static io.ipipou.agent.converge.FakeHost.PHONE;
import static io.ipipou.agent.converge.FakeHost.STATIC_PEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.converge.ConvergenceStatus.State;
import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.core.apply.HostLock;
import io.ipipou.core.desired.LearntEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PeerAdmitterTest {

    @TempDir
    private Path directory;

    private FakeHost host;

    @BeforeEach
    void apply() throws Exception {
        host = new FakeHost(directory, Duration.ZERO);
        host.converger.apply();
        RecordedEvents.take();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private void assertAdmitted(LearntEndpoint expected) {
        assertThat(host.endpointInKernel(LAPTOP)).contains(expected);
        assertThat(host.peers.endpointOf(LAPTOP)).contains(expected);
    }

    @Test
    void admitsAPeerWhereItAuthenticates() {
        assertThat(host.link(LAPTOP)).isEmpty();
        assertThat(host.admit(LAPTOP, HOME)).isTrue();
        assertAdmitted(LearntEndpoint.admitted(HOME, LIFETIME));
        assertThat(host.link(PHONE)).isEmpty();
        assertThat(RecordedEvents.take()).containsExactly("peer.admitted tunnel=r0 endpoint=198.51.100.7:4001");
    }

    @Test
    void writesNothingForAPeerThatIsAdmittedAlready() {
        host.admit(LAPTOP, HOME);
        RecordedEvents.take();
        int writes = host.kernel.writes();
        host.passTime(LIFETIME.dividedBy(8));
        assertThat(host.admit(LAPTOP, HOME)).isTrue();
        assertThat(host.kernel.writes()).isEqualTo(writes);
        assertThat(RecordedEvents.take()).isEmpty();
    }

    @Test
    void renewsAnAdmissionWithoutLoggingIt() {
        host.admit(LAPTOP, HOME);
        RecordedEvents.take();
        host.passTime(LIFETIME.dividedBy(8).plusMillis(1));
        assertThat(host.admit(LAPTOP, HOME)).isTrue();
        assertAdmitted(LearntEndpoint.admitted(HOME, LIFETIME));
        assertThat(RecordedEvents.take()).isEmpty();
    }

    @Test
    void admitsAPeerAgainAfterItsAdmissionExpired() {
        host.admit(LAPTOP, HOME);
        host.passTime(LIFETIME);
        assertAdmitted(LearntEndpoint.expired(HOME));
        RecordedEvents.take();
        assertThat(host.admit(LAPTOP, HOME)).isTrue();
        assertAdmitted(LearntEndpoint.admitted(HOME, LIFETIME));
        assertThat(RecordedEvents.take()).containsExactly("peer.admitted tunnel=r0 endpoint=198.51.100.7:4001");
    }

    @Test
    void followsAPeerThatMoves() {
        host.admit(LAPTOP, HOME);
        RecordedEvents.take();
        int elements = host.kernel.state().elements().size();
        assertThat(host.admit(LAPTOP, CAFE)).isTrue();
        assertAdmitted(LearntEndpoint.admitted(CAFE, LIFETIME));
        assertThat(host.kernel.state().elements())
                .as("the previous endpoint is no longer admitted")
                .hasSize(elements);
        assertThat(RecordedEvents.take())
                .containsExactly("peer.moved tunnel=r0 endpoint=192.0.2.77:4002 before=198.51.100.7:4001");
    }

    @Test
    void aPeerDisplacesAnotherAtItsEndpoint() {
        host.admit(PHONE, HOME);
        RecordedEvents.take();
        assertThat(host.admit(LAPTOP, HOME)).isTrue();
        assertThat(host.peers.endpointOf(PHONE)).contains(LearntEndpoint.expired(HOME));
        assertThat(host.peers.endpointOf(LAPTOP)).contains(LearntEndpoint.admitted(HOME, LIFETIME));
        assertThat(host.endpointInKernel(LAPTOP)).contains(LearntEndpoint.admitted(HOME, LIFETIME));
        assertThat(RecordedEvents.take())
                .containsExactly(
                        "peer.displaced tunnel=r1 endpoint=198.51.100.7:4001 by=r0",
                        "peer.admitted tunnel=r0 endpoint=198.51.100.7:4001");
    }

    @Test
    void admitsNoPeerAtTheConfiguredEndpointOfAnother() {
        int writes = host.kernel.writes();
        assertThat(host.admit(LAPTOP, STATIC_PEER)).isFalse();
        assertThat(host.kernel.writes()).isEqualTo(writes);
        assertThat(host.peers.endpointOf(LAPTOP)).isEmpty();
        assertThat(RecordedEvents.take()).containsExactly("peer.conflict tunnel=r0 endpoint=198.18.0.1:10000");
    }

    @Test
    void appliesTheWholeConfigurationIfTheKernelRefusesAWrite() throws Exception {
        int refused = 0;
        int failures;
        do {
            refused++;
            host.kernel.refuse(refused, "ENOBUFS");
            assertThat(host.admit(LAPTOP, refused % 2 == 0 ? HOME : CAFE)).isTrue();
            assertAdmitted(LearntEndpoint.admitted(refused % 2 == 0 ? HOME : CAFE, LIFETIME));
            failures = (int) RecordedEvents.take().stream()
                    .filter(event -> event.startsWith("apply.done"))
                    .count();
            assertThat(host.converger.plan(host.kernel.backend()).isEmpty()).isTrue();
        } while (failures > 0);
        assertThat(refused).isGreaterThan(1);
    }

    @Test
    void aPeerThatCannotBeAdmittedIsAdmittedWhenItNextAuthenticates() {
        host.kernel.refuse(1, "ENOBUFS");
        host.kernel.refuse(2, "ENOBUFS");
        assertThat(host.admit(LAPTOP, HOME)).isFalse();
        assertThat(RecordedEvents.take())
                .anyMatch(event -> event.startsWith("apply.deferred") && event.contains("ENOBUFS"));
        host.passTime(LIFETIME.dividedBy(4));
        assertThat(host.admit(LAPTOP, HOME)).isTrue();
        assertAdmitted(LearntEndpoint.admitted(HOME, LIFETIME));
    }

    @Test
    void aLostLockLeavesThePeerWhereItWas() throws Exception {
        host.admit(LAPTOP, HOME);
        RecordedEvents.take();
        try (HostLock lock = HostLock.tryAcquire(directory).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(host.admit(LAPTOP, CAFE)).isFalse();
        }
        assertAdmitted(LearntEndpoint.admitted(HOME, LIFETIME));
        assertThat(RecordedEvents.take())
                .singleElement()
                .asString()
                .startsWith(
                        "peer.admit_failed tunnel=r0 endpoint=192.0.2.77:4002 reason=another ipipou process has held the lock");
        assertThat(host.admit(LAPTOP, CAFE)).isTrue();
        assertAdmitted(LearntEndpoint.admitted(CAFE, LIFETIME));
    }

    @Test
    void learntEndpointsAreAnOverlayAndNoDrift() throws Exception {
        assertThat(host.admit(LAPTOP, HOME)).isTrue();
        assertThat(host.converger.plan(host.kernel.backend()).isEmpty()).isTrue();
        assertThat(host.converger.status().tunnels()).isEqualTo(Map.of(State.OK, 2L));

        host.kernel.linkDelete(LAPTOP);
        host.kernel.nftFlush();
        assertThat(host.converger.repair().converged()).isTrue();
        assertThat(host.endpointInKernel(LAPTOP).map(LearntEndpoint::endpoint)).contains(HOME);
        assertThat(host.endpointInKernel(LAPTOP).orElseThrow().admitted()).isTrue();
    }

    @Test
    void anExpiredOverlayKeepsItsLinkAndIsNotAdmitted() throws Exception {
        host.admit(LAPTOP, HOME);
        host.passTime(FakeHost.LIFETIME);
        assertThat(host.converger.plan(host.kernel.backend()).isEmpty()).isTrue();
        assertThat(host.endpointInKernel(LAPTOP)).contains(LearntEndpoint.expired(HOME));
    }

    @Test
    void learntEndpointsAreFoundInTheKernelAfterARestart() throws Exception {
        host.admit(LAPTOP, HOME);
        host.admit(PHONE, CAFE);
        host.passTime(Duration.ofMinutes(20));
        host.restart();
        int writes = host.kernel.writes();
        assertThat(host.converger.apply().plan().isEmpty()).isTrue();
        assertThat(host.kernel.writes()).isEqualTo(writes);
        assertThat(host.peers.endpointOf(LAPTOP))
                .contains(new LearntEndpoint(HOME, true, Optional.of(Duration.ofMinutes(40))));
        assertThat(host.peers.endpointOf(PHONE).map(LearntEndpoint::endpoint)).contains(CAFE);
    }
}
