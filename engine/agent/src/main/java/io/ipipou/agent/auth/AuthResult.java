package io.ipipou.agent.auth;

import java.util.Optional;

/**
 * The outcome of verifying one packet.
 *
 * @param peer the peer that it matched; empty if it matched none, or could be several peers'
 * @param rejection why it was rejected; empty if it was accepted
 */
public record AuthResult(Optional<PeerVerifier> peer, Optional<AuthRejection> rejection) {

    static AuthResult accepted(PeerVerifier peer) {
        return new AuthResult(Optional.of(peer), Optional.empty());
    }

    static AuthResult rejected(PeerVerifier peer, AuthRejection rejection) {
        return new AuthResult(Optional.of(peer), Optional.of(rejection));
    }

    static AuthResult unmatched(AuthRejection rejection) {
        return new AuthResult(Optional.empty(), Optional.of(rejection));
    }

    public boolean isAccepted() {
        return rejection.isEmpty();
    }
}
