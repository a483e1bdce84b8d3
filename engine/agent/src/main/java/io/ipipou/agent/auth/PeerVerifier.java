package io.ipipou.agent.auth;

import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.state.LinkName;

/** A peer that may authenticate, and the verifier for its packets. */
public record PeerVerifier(RoamingTunnel tunnel, Verifier verifier, PacketShape shape) {

    public PeerVerifier(RoamingTunnel tunnel, Verifier verifier) {
        this(tunnel, verifier, verifier.shape());
    }

    public LinkName name() {
        return tunnel.tunnel().name();
    }

    boolean fits(AuthPacket packet) {
        return shape.matches(packet);
    }
}
