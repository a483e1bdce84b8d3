package io.ipipou.testkit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.ReplayStamp;
import io.ipipou.spi.auth.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every authentication scheme must do with packets, in addition to {@link AuthProviderConformance}. A scheme's test
 * extends this class.
 */
public abstract class AuthSchemeConformance extends AuthProviderConformance {

    private static final int REQUESTS = 1000;

    /** Whether the scheme reads the payload; if not, it accepts any payload from the right source. */
    protected boolean readsPayload() {
        return true;
    }

    /** Whether accepted packets have a {@link ReplayStamp}; if not, all packets of a client are equal. */
    protected boolean stampsPackets() {
        return true;
    }

    /** How far the time of a stamp may differ from the client's clock. */
    protected Duration timeResolution() {
        return Duration.ofSeconds(1);
    }

    @Test
    void acceptsPacketsOfItsPeer() {
        Handshake peer = handshake(peer());
        requests(peer, 50).forEach(request -> {
            assertThat(peer.verifier().shape().matches(peer.requestPacket(request)))
                    .isTrue();
            assertThat(peer.verifier().isPlausible(peer.requestPacket(request))).isTrue();
            assertThat(peer.verify(request)).matches(Verdict::isAccepted);
        });
    }

    @Test
    void acceptsRepliesOfItsServer() {
        Handshake peer = handshake(peer());
        requests(peer, 50).forEach(request -> {
            Payload reply = peer.verifier().reply(request);
            assertThat(peer.authenticator().replyShape().matches(peer.replyPacket(reply)))
                    .isTrue();
            assertThat(peer.checkReply(request, reply)).matches(Verdict::isAccepted);
        });
    }

    @Test
    void rejectsPacketsOfAnotherPeer() {
        Handshake peer = handshake(peer());
        Handshake other = handshake(otherPeer());
        requests(other, 50).forEach(request -> {
            assertThat(other.verify(request)).matches(Verdict::isAccepted);
            assertRejected(peer.verifier().verify(other.requestPacket(request)));
        });
    }

    @Test
    void rejectsTruncatedPayloads() {
        assertRejectsDamaged(Corruption::truncations);
    }

    @Test
    void rejectsOversizedPayloads() {
        assertRejectsDamaged(Corruption::extensions);
    }

    @Test
    void rejectsFlippedBits() {
        assertRejectsDamaged(Corruption::bitFlips);
    }

    @Test
    void rejectsRandomBytes() {
        assertRejectsDamaged(
                payload -> Corruption.random(payload.length(), 7).filter(random -> !random.equals(payload)));
    }

    @Test
    void aReplayHasTheSameStamp() {
        Handshake before = handshake(peer());
        Handshake restarted = Handshake.of(provider(), peer(), NOW.plusSeconds(1), 99);
        Payload request = before.authenticator().request();
        Verdict first = before.verify(request);
        Verdict second = restarted.verify(request);
        assertThat(second.stamp()).isEqualTo(first.stamp());
        assertThat(first.stamp().isPresent()).isEqualTo(stampsPackets());
    }

    @Test
    void packetsOfTheSameInstantHaveDifferentStamps() {
        Handshake peer = handshake(peer());
        List<ReplayStamp> stamps = requests(peer, REQUESTS)
                .flatMap(request -> peer.verify(request).stamp().stream())
                .toList();
        assertThat(stamps).doesNotHaveDuplicates().hasSize(stampsPackets() ? REQUESTS : 0);
        Set<String> keys = stamps.stream().map(ReplayStamp::key).collect(Collectors.toSet());
        assertThat(keys).hasSize(stampsPackets() ? 1 : 0);
        Set<String> announced = peer.verifier().replayKeys();
        assertThat(announced.isEmpty() || announced.containsAll(keys))
                .as("the replay keys contain that of each stamp")
                .isTrue();
    }

    @Test
    void aStampIdentifiesTheKey() {
        Optional<String> key = stamp(peer()).map(ReplayStamp::key);
        Optional<String> otherKey = stamp(otherPeer()).map(ReplayStamp::key);
        assertThat(key.equals(otherKey)).isEqualTo(!stampsPackets());
    }

    @Test
    void aPacketOfAnotherTimeIsRejectedOrStampedWithIt() {
        for (Duration skew : List.of(Duration.ofDays(-1), Duration.ofSeconds(-90), Duration.ofDays(1))) {
            Instant sent = NOW.plus(skew);
            Payload request =
                    Handshake.of(provider(), peer(), sent, 1).authenticator().request();
            Verdict verdict = handshake(peer()).verify(request);
            verdict.rejection()
                    .ifPresent(rejection -> assertThat(rejection.reason()).isEqualTo(RejectionReason.CLOCK_SKEW));
            assertThat(verdict.stamp().isPresent()).isEqualTo(verdict.isAccepted() && stampsPackets());
            verdict.stamp().ifPresent(stamp -> assertThat(
                            Duration.between(sent, stamp.time()).abs())
                    .isLessThanOrEqualTo(timeResolution()));
        }
    }

    @Test
    void aWrongClockStillGetsAVerdict() {
        for (Instant time :
                List.of(Instant.EPOCH, Instant.parse("1901-01-01T00:00:00Z"), Instant.parse("9999-12-31T00:00:00Z"))) {
            Handshake peer = Handshake.of(provider(), peer(), time, 1);
            assertThat(peer.verify(handshake(peer()).authenticator().request())).isNotNull();
            assertThat(handshake(peer()).verify(peer.authenticator().request())).isNotNull();
        }
    }

    @Test
    void concurrentUseGivesTheSameResults() throws InterruptedException, ExecutionException {
        Handshake peer = handshake(peer());
        Payload otherRequest = handshake(otherPeer()).authenticator().request();
        Callable<Boolean> exchange = () -> {
            Payload request = peer.authenticator().request();
            return peer.verify(request).isAccepted()
                    && peer.checkReply(request, peer.verifier().reply(request)).isAccepted()
                    && peer.verify(otherRequest).isAccepted() != readsPayload();
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (Future<Boolean> result : threads.invokeAll(Collections.nCopies(REQUESTS, exchange))) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Optional<ReplayStamp> stamp(AuthSides sides) {
        Handshake handshake = handshake(sides);
        return handshake.verify(handshake.authenticator().request()).stamp();
    }

    private void assertRejectsDamaged(Function<Payload, Stream<Payload>> damage) {
        Handshake peer = handshake(peer());
        Payload request = peer.authenticator().request();
        damage.apply(request).forEach(damaged -> assertThat(peer.verify(damaged).isAccepted())
                .isEqualTo(!readsPayload()));
        Payload reply = peer.verifier().reply(request);
        damage.apply(reply).forEach(damaged -> assertRejected(peer.checkReply(request, damaged)));
    }

    private static void assertRejected(Verdict verdict) {
        assertThat(verdict.rejection()).isPresent();
        assertThat(verdict.stamp()).isEmpty();
    }
}
