package io.ipipou.agent.auth;

import io.ipipou.spi.auth.Reason;
import java.util.Optional;

/**
 * What became of a packet that might have been a proof.
 *
 * @param claim whose it is, or would have been; empty when it is nobody's, or could be several peers'
 * @param refusal why it was not accepted; empty when it was
 */
public record Judgement(Optional<Claim> claim, Optional<Reason> refusal) {

    static Judgement accepted(Claim claim) {
        return new Judgement(Optional.of(claim), Optional.empty());
    }

    static Judgement refused(Claim claim, Reason reason) {
        return new Judgement(Optional.of(claim), Optional.of(reason));
    }

    static Judgement nobodys(Reason reason) {
        return new Judgement(Optional.empty(), Optional.of(reason));
    }

    public boolean isAccepted() {
        return refusal.isEmpty();
    }
}
