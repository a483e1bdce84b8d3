package io.ipipou.agent.auth;

import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.ReplayStamp;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges packets that may be proofs: whose they are, whether they are genuine, recent, and new. First asked is the peer
 * that is at the packet's source already, then those whose schemes find it likely, then the rest. Immutable but for the
 * guard; safe for use by several threads.
 */
public final class AuthGate {

    private static final Logger LOG = LoggerFactory.getLogger(AuthGate.class);

    private final Map<Endpoint, List<PeerVerifier>> claims;
    private final ReplayGuard guard;

    public AuthGate(Collection<PeerVerifier> claims, ReplayGuard guard) {
        this.claims = claims.stream()
                .collect(Collectors.groupingBy(
                        claim -> claim.tunnel().listener(), LinkedHashMap::new, Collectors.toList()));
        this.guard = guard;
    }

    /** Whether peers prove themselves at this address and port. */
    public boolean listensAt(Endpoint listener) {
        return claims.containsKey(listener);
    }

    /**
     * Judges a packet. Takes as long as it takes to check it against every peer of the listener, at worst.
     *
     * @param listener where it arrived
     * @param there the tunnels whose peers are at its source, as far as is known
     */
    public AuthResult judge(AuthPacket attempt, Endpoint listener, Set<LinkName> there) {
        List<PeerVerifier> possible = claims.getOrDefault(listener, List.of()).stream()
                .filter(claim -> claim.fits(attempt))
                .toList();
        AuthResult refusal = AuthResult.nobodys(RejectionReason.MALFORMED);
        for (PeerVerifier claim : inOrder(possible, attempt, there)) {
            AuthResult judgement = judge(attempt, claim);
            if (judgement.isAccepted() || judgement.refusal().orElseThrow() != RejectionReason.WRONG_KEY) {
                return judgement;
            }
            refusal = possible.size() == 1 ? judgement : AuthResult.nobodys(RejectionReason.WRONG_KEY);
        }
        return refusal;
    }

    private static Set<PeerVerifier> inOrder(List<PeerVerifier> possible, AuthPacket attempt, Set<LinkName> there) {
        Set<PeerVerifier> order = new LinkedHashSet<>();
        possible.stream().filter(claim -> there.contains(claim.name())).forEach(order::add);
        List<PeerVerifier> others = new ArrayList<>();
        for (PeerVerifier claim : possible) {
            (isLikely(claim, attempt) ? order : others).add(claim);
        }
        order.addAll(others);
        return order;
    }

    private static boolean isLikely(PeerVerifier claim, AuthPacket attempt) {
        try {
            return claim.verifier().likely(attempt);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private AuthResult judge(AuthPacket attempt, PeerVerifier claim) {
        Verdict verdict = verify(attempt, claim);
        if (!verdict.accepted()) {
            return AuthResult.refused(claim, verdict.refusal().orElseThrow().reason());
        }
        Optional<Endpoint> fixed = claim.tunnel().fixed();
        if (fixed.isPresent() && !fixed.get().equals(attempt.source())) {
            return AuthResult.refused(claim, RejectionReason.WRONG_SOURCE);
        }
        return verdict.stamp()
                .flatMap(stamp -> tooOldOrUsed(stamp, attempt, claim))
                .map(reason -> AuthResult.refused(claim, reason))
                .orElse(AuthResult.accepted(claim));
    }

    private static Verdict verify(AuthPacket attempt, PeerVerifier claim) {
        try {
            return claim.verifier().verify(attempt);
        } catch (RuntimeException e) {
            LOG.warn("{}: its scheme failed at a packet from {}: {}", claim.name(), attempt.source(), e.getClass());
            return Verdict.refuse(RejectionReason.FAILED, "the scheme failed");
        }
    }

    private Optional<RejectionReason> tooOldOrUsed(ReplayStamp stamp, AuthPacket attempt, PeerVerifier claim) {
        Tunnel tunnel = claim.tunnel().tunnel();
        Duration window = tunnel.maxClockSkew();
        Duration skew = Duration.between(stamp.time(), attempt.time()).abs();
        if (!window.isZero() && skew.compareTo(window) > 0) {
            return Optional.of(RejectionReason.CLOCK_SKEW);
        }
        try {
            return guard.isFirst(stamp, window, attempt.time())
                    ? Optional.empty()
                    : Optional.of(RejectionReason.REPLAY);
        } catch (IOException e) {
            LOG.error("{}: no proof is accepted while it cannot be written down: {}", claim.name(), e.getMessage());
            return Optional.of(RejectionReason.FAILED);
        }
    }
}
