package io.ipipou.agent.client;

import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.ReplayStamp;
import io.ipipou.spi.auth.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Judges the answers to a client's proofs. An answer may come late, when the next proof is already on its way, so that the
 * last few proofs are remembered until one is answered. Not safe for use by several threads.
 */
final class Replies {

    /** Proofs that may still be answered: more are sent only when the first of them is seconds old. */
    private static final int PROOFS = 4;

    /** Of which the oldest is older than any clock skew when proofs are sent a second apart. */
    private static final int STAMPS = 256;

    private final Authenticator prover;
    private final Duration window;
    private final Deque<Payload> proofs = new ArrayDeque<>();
    private final Set<ReplayStamp> used = new LinkedHashSet<>();

    /** @param window how far an answer's time may be from ours; zero for any */
    Replies(Authenticator prover, Duration window) {
        this.prover = prover;
        this.window = window;
    }

    void sent(Payload proof) {
        proofs.addFirst(proof);
        if (proofs.size() > PROOFS) {
            proofs.removeLast();
        }
    }

    /** Nothing that was sent so far can be answered any more. */
    void forgetProofs() {
        proofs.clear();
    }

    /** Whether an answer is waited for. */
    boolean isExpected() {
        return !proofs.isEmpty();
    }

    /** @return why it is no answer to any of the proofs; empty when it is one, and none is waited for any more */
    Optional<RejectionReason> judge(AuthPacket reply) {
        Optional<RejectionReason> refusal = Optional.empty();
        for (Payload proof : proofs) {
            Optional<RejectionReason> why = judge(proof, reply);
            if (why.isEmpty()) {
                proofs.clear();
                return why;
            }
            refusal = refusal.or(() -> why);
        }
        return refusal;
    }

    private Optional<RejectionReason> judge(Payload proof, AuthPacket reply) {
        Verdict verdict = check(proof, reply);
        return verdict.refusal().map(Verdict.Refusal::reason).or(() -> verdict.stamp()
                .flatMap(stamp -> use(stamp, reply)));
    }

    private Verdict check(Payload proof, AuthPacket reply) {
        try {
            return prover.checkReply(proof, reply);
        } catch (RuntimeException e) {
            return Verdict.refuse(RejectionReason.FAILED, "the scheme failed");
        }
    }

    /** A recorded answer that is sent again must not make a dead server look alive. */
    private Optional<RejectionReason> use(ReplayStamp stamp, AuthPacket reply) {
        Duration skew = Duration.between(stamp.time(), reply.time()).abs();
        if (!window.isZero() && skew.compareTo(window) > 0) {
            return Optional.of(RejectionReason.CLOCK_SKEW);
        }
        if (!used.add(stamp)) {
            return Optional.of(RejectionReason.REPLAY);
        }
        if (used.size() > STAMPS) {
            used.remove(used.iterator().next());
        }
        return Optional.empty();
    }
}
