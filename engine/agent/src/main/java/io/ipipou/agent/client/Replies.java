package io.ipipou.agent.client;

import io.ipipou.spi.auth.Attempt;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.Prover;
import io.ipipou.spi.auth.Reason;
import io.ipipou.spi.auth.Stamp;
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

    private final Prover prover;
    private final Duration window;
    private final Deque<Payload> proofs = new ArrayDeque<>();
    private final Set<Stamp> used = new LinkedHashSet<>();

    /** @param window how far an answer's time may be from ours; zero for any */
    Replies(Prover prover, Duration window) {
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
    Optional<Reason> judge(Attempt reply) {
        Optional<Reason> refusal = Optional.empty();
        for (Payload proof : proofs) {
            Optional<Reason> why = judge(proof, reply);
            if (why.isEmpty()) {
                proofs.clear();
                return why;
            }
            refusal = refusal.or(() -> why);
        }
        return refusal;
    }

    private Optional<Reason> judge(Payload proof, Attempt reply) {
        Verdict verdict = check(proof, reply);
        return verdict.refusal().map(Verdict.Refusal::reason).or(() -> verdict.stamp()
                .flatMap(stamp -> use(stamp, reply)));
    }

    private Verdict check(Payload proof, Attempt reply) {
        try {
            return prover.checkReply(proof, reply);
        } catch (RuntimeException e) {
            return Verdict.refuse(Reason.FAILED, "the scheme failed");
        }
    }

    /** A recorded answer that is sent again must not make a dead server look alive. */
    private Optional<Reason> use(Stamp stamp, Attempt reply) {
        Duration skew = Duration.between(stamp.time(), reply.time()).abs();
        if (!window.isZero() && skew.compareTo(window) > 0) {
            return Optional.of(Reason.CLOCK_SKEW);
        }
        if (!used.add(stamp)) {
            return Optional.of(Reason.REPLAY);
        }
        if (used.size() > STAMPS) {
            used.remove(used.iterator().next());
        }
        return Optional.empty();
    }
}
