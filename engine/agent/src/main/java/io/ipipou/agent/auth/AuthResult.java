package io.ipipou.agent.auth;

import io.ipipou.spi.auth.RejectionReason;
import java.util.Optional;

/**
 * What became of a packet that might have been a proof.
 *
 * @param claim whose it is, or would have been; empty when it is nobody's, or could be several peers'
 * @param refusal why it was not accepted; empty when it was
 */
public record AuthResult(Optional<PeerVerifier> claim, Optional<RejectionReason> refusal) {

    static AuthResult accepted(PeerVerifier claim) {
        return new AuthResult(Optional.of(claim), Optional.empty());
    }

    static AuthResult refused(PeerVerifier claim, RejectionReason reason) {
        return new AuthResult(Optional.of(claim), Optional.of(reason));
    }

    static AuthResult nobodys(RejectionReason reason) {
        return new AuthResult(Optional.empty(), Optional.of(reason));
    }

    public boolean isAccepted() {
        return refusal.isEmpty();
    }
}
