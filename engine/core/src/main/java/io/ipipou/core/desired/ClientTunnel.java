package io.ipipou.core.desired;

import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;

/**
 * A tunnel in which this host authenticates to a server.
 *
 * @param local where authentication packets are sent from: one of the host's addresses and the tunnel's port
 * @param device what they are sent through; empty to follow the routes
 * @param remote where the server is
 */
public record ClientTunnel(Tunnel tunnel, Endpoint local, Optional<LinkName> device, Remote remote) {

    /** Where authentication packets are sent to. */
    public Endpoint server() {
        return remote.inUse();
    }

    /** Whether packets go from and to the same endpoints, through the same device. */
    public boolean hasEndsOf(ClientTunnel other) {
        return local.equals(other.local) && device.equals(other.device) && server().equals(other.server());
    }
}
