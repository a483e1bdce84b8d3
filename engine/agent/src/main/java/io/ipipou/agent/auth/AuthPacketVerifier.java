package io.ipipou.agent.auth;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.RoamingTunnel;
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

/**
 * Decides which peer sent a packet, and whether it is genuine, recent and not a replay. The peer last seen at the packet's
 * source is tried first, then those whose schemes find it likely, then the rest. Immutable but for the replay guard;
 * thread-safe.
 */
public final class AuthPacketVerifier {

    private final Map<Endpoint, List<PeerVerifier>> peers;
    private final ReplayGuard replayGuard;

    public AuthPacketVerifier(Collection<RoamingTunnel> tunnels, AuthSchemes schemes, ReplayGuard replayGuard) {
        this.peers = tunnels.stream()
                .map(tunnel -> new PeerVerifier(
                        tunnel, schemes.verifier(tunnel.tunnel().peer().auth().orElseThrow())))
                .collect(Collectors.groupingBy(
                        peer -> peer.tunnel().listener(), LinkedHashMap::new, Collectors.toList()));
        this.replayGuard = replayGuard;
    }

    /** Whether any peer authenticates at this address and port. */
    public boolean hasPeersAt(Endpoint listener) {
        return peers.containsKey(listener);
    }

    /**
     * Verifies a packet, at worst against every peer of the listener.
     *
     * @param listener where it arrived
     * @param atSource the tunnels whose peers were last seen at its source
     */
    public AuthResult verify(AuthPacket packet, Endpoint listener, Set<LinkName> atSource) {
        List<PeerVerifier> possible = peers.getOrDefault(listener, List.of()).stream()
                .filter(peer -> peer.fits(packet))
                .toList();
        AuthResult rejection = AuthResult.unmatched(
                AuthRejection.fitsNoScheme(listener, packet.payload().length()));
        for (PeerVerifier peer : inOrder(possible, packet, atSource)) {
            AuthResult result = verify(packet, peer);
            if (result.isAccepted() || result.rejection().orElseThrow().code() != RejectionReason.WRONG_KEY) {
                return result;
            }
            rejection = possible.size() == 1 ? result : AuthResult.unmatched(AuthRejection.matchesNoPeer(listener));
        }
        return rejection;
    }

    private static Set<PeerVerifier> inOrder(List<PeerVerifier> possible, AuthPacket packet, Set<LinkName> atSource) {
        Set<PeerVerifier> order = new LinkedHashSet<>();
        possible.stream().filter(peer -> atSource.contains(peer.name())).forEach(order::add);
        List<PeerVerifier> others = new ArrayList<>();
        for (PeerVerifier peer : possible) {
            (isLikely(peer, packet) ? order : others).add(peer);
        }
        order.addAll(others);
        return order;
    }

    private static boolean isLikely(PeerVerifier peer, AuthPacket packet) {
        try {
            return peer.verifier().isPlausible(packet);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private AuthResult verify(AuthPacket packet, PeerVerifier peer) {
        Verdict verdict = callScheme(packet, peer);
        if (!verdict.isAccepted()) {
            return AuthResult.rejected(
                    peer, AuthRejection.byScheme(verdict.rejection().orElseThrow()));
        }
        if (!peer.tunnel().canBeAt(packet.source())) {
            return AuthResult.rejected(
                    peer,
                    AuthRejection.wrongSource(
                            peer.tunnel().tunnel().peer(),
                            packet.source(),
                            peer.tunnel().fixedEndpoints()));
        }
        return verdict.stamp()
                .flatMap(stamp -> checkStamp(stamp, packet, peer.tunnel().tunnel()))
                .map(rejection -> AuthResult.rejected(peer, rejection))
                .orElse(AuthResult.accepted(peer));
    }

    private static Verdict callScheme(AuthPacket packet, PeerVerifier peer) {
        try {
            return peer.verifier().verify(packet);
        } catch (RuntimeException e) {
            return Verdict.reject(RejectionReason.FAILED, "the scheme failed: " + e.getClass());
        }
    }

    private Optional<AuthRejection> checkStamp(ReplayStamp stamp, AuthPacket packet, Tunnel tunnel) {
        Duration maxClockSkew = tunnel.maxClockSkew();
        Duration skew = Duration.between(packet.time(), stamp.time());
        if (!maxClockSkew.isZero() && skew.abs().compareTo(maxClockSkew) > 0) {
            return Optional.of(AuthRejection.clockSkew("its", skew, "check NTP on the peer, or set maxClockSkew"));
        }
        try {
            if (replayGuard.acceptOnce(stamp, maxClockSkew, packet.time())) {
                return Optional.empty();
            }
            return Optional.of(replayGuard
                    .newerThan(stamp)
                    .map(newest -> AuthRejection.outOfOrder(tunnel.peer(), stamp.time(), newest))
                    .orElseGet(AuthRejection::sentAgain));
        } catch (IOException e) {
            return Optional.of(AuthRejection.notRecorded(String.valueOf(e.getMessage())));
        }
    }
}
