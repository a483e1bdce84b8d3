package io.ipipou.agent.client;

import io.ipipou.agent.auth.AuthRejection;
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
 * Verifies the server's replies. A reply may arrive after the next authentication packet was sent, so the last few
 * requests are kept until one is answered. Not thread-safe.
 */
final class ReplyChecker {

    /** Requests that may still be answered: the oldest of them is seconds old. */
    private static final int MAX_REQUESTS = 4;

    /** When requests are sent a second apart, the oldest of these is older than the accepted clock skew. */
    private static final int MAX_STAMPS = 256;

    private final Authenticator authenticator;
    private final Duration maxClockSkew;
    private final Deque<Payload> requests = new ArrayDeque<>();
    private final Set<ReplayStamp> used = new LinkedHashSet<>();

    /** @param maxClockSkew between a reply's time and this host's; zero for any */
    ReplyChecker(Authenticator authenticator, Duration maxClockSkew) {
        this.authenticator = authenticator;
        this.maxClockSkew = maxClockSkew;
    }

    void sent(Payload request) {
        requests.addFirst(request);
        if (requests.size() > MAX_REQUESTS) {
            requests.removeLast();
        }
    }

    /** Accepts no reply to a request that was sent so far. */
    void clear() {
        requests.clear();
    }

    boolean isReplyExpected() {
        return !requests.isEmpty();
    }

    /** @return why it is no valid reply to any of the requests; empty if it is one, and then no other is expected */
    Optional<AuthRejection> check(AuthPacket reply) {
        Optional<AuthRejection> first = Optional.empty();
        for (Payload request : requests) {
            Optional<AuthRejection> rejection = check(request, reply);
            if (rejection.isEmpty()) {
                requests.clear();
                return rejection;
            }
            first = first.or(() -> rejection);
        }
        return first;
    }

    private Optional<AuthRejection> check(Payload request, AuthPacket reply) {
        Verdict verdict = verify(request, reply);
        return verdict.rejection().map(AuthRejection::byScheme).or(() -> verdict.stamp()
                .flatMap(stamp -> checkStamp(stamp, reply)));
    }

    private Verdict verify(Payload request, AuthPacket reply) {
        try {
            return authenticator.checkReply(request, reply);
        } catch (RuntimeException e) {
            return Verdict.reject(RejectionReason.FAILED, "the scheme failed: " + e.getClass());
        }
    }

    /** A recorded reply that is sent again must not make a dead server look alive. */
    private Optional<AuthRejection> checkStamp(ReplayStamp stamp, AuthPacket reply) {
        Duration skew = Duration.between(reply.time(), stamp.time());
        if (!maxClockSkew.isZero() && skew.abs().compareTo(maxClockSkew) > 0) {
            return Optional.of(AuthRejection.clockSkew(
                    "the server's", skew, "check NTP on this host and the server, or set maxClockSkew"));
        }
        if (!used.add(stamp)) {
            return Optional.of(AuthRejection.sentAgain());
        }
        if (used.size() > MAX_STAMPS) {
            used.remove(used.iterator().next());
        }
        return Optional.empty();
    }
}
