package io.ipipou.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.TestConfigs;
import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.HostResolver;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.desired.RouteLookup;
import io.ipipou.core.desired.Withheld;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.testkit.FakeKernel;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RejectionLogTest {

    private static final Endpoint HOME = new Endpoint(Ipv4.of("198.51.100.7"), 4001);
    private static final Endpoint LISTENER = new Endpoint(Ipv4.of("203.0.113.1"), 10000);
    private static final PeerVerifier PEER = peer();

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final RejectionLog log = new RejectionLog(nanos::get);

    private static PeerVerifier peer() {
        AuthSchemes schemes = TestConfigs.schemes(Clock.systemUTC());
        Config config = TestConfigs.config("""
                apiVersion: ipipou/v1
                auth: {laptop: {scheme: token, token: Labrador}}
                peers: {laptop: {auth: laptop}}
                tunnels: {laptop0: {mode: server, peer: laptop, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.0}}}
                """);
        try {
            RoamingTunnel tunnel = HostResolver.resolve(
                            config,
                            schemes,
                            FakeKernel.withDevice(new LinkName("eth0"), LISTENER.address(), 24)
                                    .state(),
                            Map.of(),
                            EndpointLookup.KERNEL,
                            Withheld.NOTHING,
                            RouteLookup.NONE)
                    .roaming()
                    .get(0);
            return new PeerVerifier(
                    tunnel, schemes.verifier(tunnel.tunnel().peer().auth().orElseThrow()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void forgetEvents() {
        RecordedEvents.take();
    }

    private void rejectPeer(RejectionReason reason) {
        log.rejected(
                AuthResult.rejected(PEER, AuthRejection.byScheme(new Verdict.Rejection(reason, "for a reason"))), HOME);
    }

    private void rejectSource(String address) {
        log.rejected(AuthResult.unmatched(AuthRejection.matchesNoPeer(LISTENER)), new Endpoint(Ipv4.of(address), 4001));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos()); // wraps
    }

    private static String rejected(String reason, String remedy, int count) {
        return "auth.rejected peer=laptop explanation=for a reason remedy=%s endpoint=198.51.100.7:4001 count=%d tunnel=laptop0 reason=%s"
                .formatted(remedy, count, reason);
    }

    @Test
    void aPeerAndReasonAreLoggedOnceAMinuteWithTheCount() {
        String keys = "compare the keys, and the secret or token, on both hosts";
        rejectPeer(RejectionReason.WRONG_KEY);
        assertThat(RecordedEvents.take()).containsExactly(rejected("wrong-key", keys, 1));
        for (int second = 1; second < 60; second++) {
            pass(Duration.ofSeconds(1));
            rejectPeer(RejectionReason.WRONG_KEY);
        }
        assertThat(RecordedEvents.take()).isEmpty();
        rejectPeer(RejectionReason.CLOCK_SKEW);
        assertThat(RecordedEvents.take()).containsExactly(rejected("clock-skew", "check NTP on both hosts", 1));

        pass(Duration.ofSeconds(1));
        log.report();
        assertThat(RecordedEvents.take()).containsExactly(rejected("wrong-key", keys, 59));
        rejectPeer(RejectionReason.WRONG_KEY);
        assertThat(RecordedEvents.take()).isEmpty();
        pass(RejectionLog.INTERVAL);
        rejectPeer(RejectionReason.WRONG_KEY);
        assertThat(RecordedEvents.take())
                .as("a second line about two packets, and none about the silent reason")
                .containsExactly(rejected("wrong-key", keys, 1));
    }

    @Test
    void withoutAPeerTheSourceAddressCountsAndNotItsPort() {
        rejectSource("192.0.2.1");
        rejectSource("192.0.2.1");
        log.rejected(
                AuthResult.unmatched(AuthRejection.matchesNoPeer(LISTENER)), new Endpoint(Ipv4.of("192.0.2.1"), 7));
        pass(RejectionLog.INTERVAL);
        log.report();
        assertThat(RecordedEvents.take())
                .hasSize(2)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("auth.unmatched endpoint=192.0.2.1:4001 explanation=no peer at ")
                                .endsWith("count=1 reason=wrong-key"),
                        second -> assertThat(second)
                                .startsWith("auth.unmatched endpoint=192.0.2.1:7 ")
                                .endsWith("count=2 reason=wrong-key"));
    }

    @Test
    void aFloodOfForgedSourcesIsSummedUp() {
        for (int i = 0; i < 5000; i++) {
            rejectSource("10.0.%d.%d".formatted(i / 250, i % 250));
        }
        assertThat(RecordedEvents.take()).hasSize(RejectionLog.MAX_SOURCES);
        rejectPeer(RejectionReason.WRONG_KEY);
        assertThat(RecordedEvents.take()).as("peers are not affected").hasSize(1);
        pass(RejectionLog.INTERVAL);
        log.report();
        assertThat(RecordedEvents.take()).containsExactly("auth.unmatched_others sources=at least 1000 count=4980");
        pass(RejectionLog.INTERVAL);
        log.report();
        assertThat(RecordedEvents.take()).isEmpty();
        rejectSource("192.0.2.1");
        assertThat(RecordedEvents.take()).as("sources are logged again").hasSize(1);
    }
}
