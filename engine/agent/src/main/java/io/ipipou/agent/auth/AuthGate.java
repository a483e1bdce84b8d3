package io.ipipou.agent.auth;

import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.auth.Attempt;
import io.ipipou.spi.auth.Reason;
import io.ipipou.spi.auth.Stamp;
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

    private final Map<Endpoint, List<Claim>> claims;
    private final ReplayGuard guard;

    public AuthGate(Collection<Claim> claims, ReplayGuard guard) {
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
    public Judgement judge(Attempt attempt, Endpoint listener, Set<LinkName> there) {
        List<Claim> possible = claims.getOrDefault(listener, List.of()).stream()
                .filter(claim -> claim.fits(attempt))
                .toList();
        Judgement refusal = Judgement.nobodys(Reason.MALFORMED);
        for (Claim claim : inOrder(possible, attempt, there)) {
            Judgement judgement = judge(attempt, claim);
            if (judgement.isAccepted() || judgement.refusal().orElseThrow() != Reason.WRONG_KEY) {
                return judgement;
            }
            refusal = possible.size() == 1 ? judgement : Judgement.nobodys(Reason.WRONG_KEY);
        }
        return refusal;
    }

    private static Set<Claim> inOrder(List<Claim> possible, Attempt attempt, Set<LinkName> there) {
        Set<Claim> order = new LinkedHashSet<>();
        possible.stream().filter(claim -> there.contains(claim.name())).forEach(order::add);
        List<Claim> others = new ArrayList<>();
        for (Claim claim : possible) {
            (isLikely(claim, attempt) ? order : others).add(claim);
        }
        order.addAll(others);
        return order;
    }

    private static boolean isLikely(Claim claim, Attempt attempt) {
        try {
            return claim.verifier().likely(attempt);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private Judgement judge(Attempt attempt, Claim claim) {
        Verdict verdict = verify(attempt, claim);
        if (!verdict.accepted()) {
            return Judgement.refused(claim, verdict.refusal().orElseThrow().reason());
        }
        Optional<Endpoint> fixed = claim.tunnel().fixed();
        if (fixed.isPresent() && !fixed.get().equals(attempt.source())) {
            return Judgement.refused(claim, Reason.WRONG_SOURCE);
        }
        return verdict.stamp()
                .flatMap(stamp -> tooOldOrUsed(stamp, attempt, claim))
                .map(reason -> Judgement.refused(claim, reason))
                .orElse(Judgement.accepted(claim));
    }

    private static Verdict verify(Attempt attempt, Claim claim) {
        try {
            return claim.verifier().verify(attempt);
        } catch (RuntimeException e) {
            LOG.warn("{}: its scheme failed at a packet from {}: {}", claim.name(), attempt.source(), e.getClass());
            return Verdict.refuse(Reason.FAILED, "the scheme failed");
        }
    }

    private Optional<Reason> tooOldOrUsed(Stamp stamp, Attempt attempt, Claim claim) {
        Tunnel tunnel = claim.tunnel().tunnel();
        Duration window = tunnel.maxClockSkew();
        Duration skew = Duration.between(stamp.time(), attempt.time()).abs();
        if (!window.isZero() && skew.compareTo(window) > 0) {
            return Optional.of(Reason.CLOCK_SKEW);
        }
        try {
            return guard.isFirst(stamp, window, attempt.time()) ? Optional.empty() : Optional.of(Reason.REPLAY);
        } catch (IOException e) {
            LOG.error("{}: no proof is accepted while it cannot be written down: {}", claim.name(), e.getMessage());
            return Optional.of(Reason.FAILED);
        }
    }
}
