package io.ipipou.agent.auth;

import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.spi.auth.Attempt;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.state.LinkName;

/** A peer that may prove itself, with what its proofs are checked with. */
public record Claim(RoamingTunnel tunnel, Verifier verifier, PacketShape shape) {

    public Claim(RoamingTunnel tunnel, Verifier verifier) {
        this(tunnel, verifier, verifier.shape());
    }

    public LinkName name() {
        return tunnel.tunnel().name();
    }

    boolean fits(Attempt attempt) {
        return shape.fits(attempt);
    }
}
