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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What packets have to do, whatever the scheme: extend this in the scheme's own tests, together with
 * {@link AuthProviderConformance}, which looks at everything that is not a packet.
 */
public abstract class AuthSchemeConformance extends AuthProviderConformance {

    private static final int PROOFS = 1000;

    /** Whether a proof's bytes decide; if not, the source alone does, and any payload from there is accepted. */
    protected boolean readsPayload() {
        return true;
    }

    /** Whether proofs carry a {@link ReplayStamp}; if not, they are all alike. */
    protected boolean stampsPackets() {
        return true;
    }

    /** How far the time of a stamp may be from the prover's clock. */
    protected Duration timeResolution() {
        return Duration.ofSeconds(1);
    }

    @Test
    void acceptsPacketsOfItsPeer() {
        Handshake peer = handshake(peer());
        proofs(peer, 50).forEach(proof -> {
            assertThat(peer.verifier().shape().matches(peer.attempt(proof))).isTrue();
            assertThat(peer.verifier().isPlausible(peer.attempt(proof))).isTrue();
            assertThat(peer.verify(proof)).matches(Verdict::isAccepted);
        });
    }

    @Test
    void acceptsRepliesOfItsServer() {
        Handshake peer = handshake(peer());
        proofs(peer, 50).forEach(proof -> {
            Payload reply = peer.verifier().reply(proof);
            assertThat(peer.prover().replyShape().matches(peer.reply(reply))).isTrue();
            assertThat(peer.checkReply(proof, reply)).matches(Verdict::isAccepted);
        });
    }

    @Test
    void rejectsPacketsOfAnotherPeer() {
        Handshake peer = handshake(peer());
        Handshake stranger = handshake(otherPeer());
        proofs(stranger, 50).forEach(proof -> {
            assertThat(stranger.verify(proof)).matches(Verdict::isAccepted);
            assertRefused(peer.verifier().verify(stranger.attempt(proof)));
        });
    }

    @Test
    void rejectsTruncatedPayloads() {
        judgeDamaged(Corruption::truncations);
    }

    @Test
    void rejectsOversizedPayloads() {
        judgeDamaged(Corruption::extensions);
    }

    @Test
    void rejectsFlippedBits() {
        judgeDamaged(Corruption::bitFlips);
    }

    @Test
    void rejectsRandomBytes() {
        judgeDamaged(payload -> Corruption.random(payload.length(), 7).filter(random -> !random.equals(payload)));
    }

    @Test
    void aReplayHasTheSameStamp() {
        Handshake before = handshake(peer());
        Handshake restarted = Handshake.of(provider(), peer(), NOW.plusSeconds(1), 99);
        Payload proof = before.prover().request();
        Verdict first = before.verify(proof);
        Verdict second = restarted.verify(proof);
        assertThat(second.stamp()).isEqualTo(first.stamp());
        assertThat(first.stamp().isPresent()).isEqualTo(stampsPackets());
    }

    @Test
    void packetsOfTheSameInstantHaveDifferentStamps() {
        Handshake peer = handshake(peer());
        List<ReplayStamp> stamps = proofs(peer, PROOFS)
                .flatMap(proof -> peer.verify(proof).stamp().stream())
                .toList();
        assertThat(stamps).doesNotHaveDuplicates().hasSize(stampsPackets() ? PROOFS : 0);
        assertThat(stamps.stream().map(ReplayStamp::key).distinct()).hasSize(stampsPackets() ? 1 : 0);
    }

    @Test
    void aStampIdentifiesTheKey() {
        Optional<String> ours = stamp(peer()).map(ReplayStamp::key);
        Optional<String> theirs = stamp(otherPeer()).map(ReplayStamp::key);
        assertThat(ours.equals(theirs)).isEqualTo(!stampsPackets());
    }

    @Test
    void aPacketOfAnotherTimeIsRejectedOrStampedWithIt() {
        for (Duration skew : List.of(Duration.ofDays(-1), Duration.ofSeconds(-90), Duration.ofDays(1))) {
            Instant made = NOW.plus(skew);
            Payload proof = Handshake.of(provider(), peer(), made, 1).prover().request();
            Verdict verdict = handshake(peer()).verify(proof);
            verdict.rejection()
                    .ifPresent(refusal -> assertThat(refusal.reason()).isEqualTo(RejectionReason.CLOCK_SKEW));
            assertThat(verdict.stamp().isPresent()).isEqualTo(verdict.isAccepted() && stampsPackets());
            verdict.stamp().ifPresent(stamp -> assertThat(
                            Duration.between(made, stamp.time()).abs())
                    .isLessThanOrEqualTo(timeResolution()));
        }
    }

    @Test
    void aWrongClockStillGetsAVerdict() {
        for (Instant time :
                List.of(Instant.EPOCH, Instant.parse("1901-01-01T00:00:00Z"), Instant.parse("9999-12-31T00:00:00Z"))) {
            Handshake peer = Handshake.of(provider(), peer(), time, 1);
            assertThat(peer.verify(handshake(peer()).prover().request())).isNotNull();
            assertThat(handshake(peer()).verify(peer.prover().request())).isNotNull();
        }
    }

    @Test
    void concurrentUseGivesTheSameResults() throws InterruptedException, ExecutionException {
        Handshake peer = handshake(peer());
        Payload foreign = handshake(otherPeer()).prover().request();
        Callable<Boolean> exchange = () -> {
            Payload proof = peer.prover().request();
            return peer.verify(proof).isAccepted()
                    && peer.checkReply(proof, peer.verifier().reply(proof)).isAccepted()
                    && peer.verify(foreign).isAccepted() != readsPayload();
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (Future<Boolean> right : threads.invokeAll(Collections.nCopies(PROOFS, exchange))) {
                assertThat(right.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Optional<ReplayStamp> stamp(AuthSides sides) {
        Handshake handshake = handshake(sides);
        return handshake.verify(handshake.prover().request()).stamp();
    }

    private void judgeDamaged(Function<Payload, Stream<Payload>> damage) {
        Handshake peer = handshake(peer());
        Payload proof = peer.prover().request();
        damage.apply(proof).forEach(damaged -> assertThat(peer.verify(damaged).isAccepted())
                .isEqualTo(!readsPayload()));
        Payload reply = peer.verifier().reply(proof);
        damage.apply(reply).forEach(damaged -> assertRefused(peer.checkReply(proof, damaged)));
    }

    private static void assertRefused(Verdict verdict) {
        assertThat(verdict.rejection()).isPresent();
        assertThat(verdict.stamp()).isEmpty();
    }
}
