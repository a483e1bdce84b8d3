package io.ipipou.agent.auth;

import io.ipipou.agent.fault.Fault;
import io.ipipou.core.config.Peer;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.state.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/** Why an authentication packet, or the reply to one, was rejected. */
public record AuthRejection(RejectionReason code, Fault fault) {

    private static AuthRejection of(RejectionReason code, String reason, String remedy) {
        return new AuthRejection(code, new Fault(reason, remedy));
    }

    /** With the scheme's own words. */
    public static AuthRejection byScheme(Verdict.Rejection rejection) {
        return of(rejection.reason(), rejection.text(), remedy(rejection.reason()));
    }

    private static String remedy(RejectionReason code) {
        return switch (code) {
            case MALFORMED -> "use the same scheme on both hosts";
            case WRONG_KEY -> "compare the keys, and the secret or token, on both hosts";
            case WRONG_SOURCE -> "correct the address and port in its auth entry";
            case CLOCK_SKEW -> "check NTP on both hosts";
            case REPLAY -> "look for a host that re-sends recorded packets";
            case NO_KEY -> "add the other host's public key to the auth entry";
            case FAILED -> "report this to the author of the auth plugin";
        };
    }

    /**
     * @param whose {@code its} or {@code the server's}
     * @param skew the other host's time less this host's
     */
    public static AuthRejection clockSkew(String whose, Duration skew, String remedy) {
        return of(
                RejectionReason.CLOCK_SKEW,
                "%s clock is %d s %s this host's"
                        .formatted(whose, skew.abs().toSeconds(), skew.isNegative() ? "behind" : "ahead of"),
                remedy);
    }

    /** It is genuine, but was accepted before. */
    public static AuthRejection sentAgain() {
        return of(
                RejectionReason.REPLAY,
                "this very packet was accepted before",
                "harmless if rare; otherwise look for a host that re-sends recorded packets");
    }

    /** It is genuine, but older than one that was accepted. */
    static AuthRejection outOfOrder(Peer peer, Instant time, Instant newest) {
        return of(
                RejectionReason.REPLAY,
                "it is dated %s, but a packet dated %s was accepted before, so it may be a replay"
                        .formatted(time, newest),
                "if the clock of the peer or of this host was wrong then and is right now, run: ipipou peer reset "
                        + peer.name());
    }

    static AuthRejection wrongSource(Peer peer, Endpoint source, Set<Endpoint> expected) {
        return of(
                RejectionReason.WRONG_SOURCE,
                "it came from %s instead of %s"
                        .formatted(
                                source,
                                expected.stream()
                                        .map(Endpoint::toString)
                                        .sorted()
                                        .collect(Collectors.joining(" or "))),
                "correct peers.%s.endpoint, or remove it to accept any source".formatted(peer.name()));
    }

    static AuthRejection notRecorded(String problem) {
        return of(
                RejectionReason.FAILED,
                "it cannot be recorded, which is needed to detect replays: " + problem,
                "make the state directory writable, and free space on its disk");
    }

    static AuthRejection matchesNoPeer(Endpoint listener) {
        return of(
                RejectionReason.WRONG_KEY,
                "no peer at %s has this key, secret or token".formatted(listener),
                "compare them on both hosts, and check that this host's file has the peer");
    }

    static AuthRejection fitsNoScheme(Endpoint listener, int length) {
        return of(
                RejectionReason.MALFORMED,
                "no peer at %s uses a scheme with packets of %d bytes".formatted(listener, length),
                remedy(RejectionReason.MALFORMED));
    }
}
