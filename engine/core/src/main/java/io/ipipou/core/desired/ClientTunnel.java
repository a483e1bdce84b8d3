package io.ipipou.core.desired;

import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.Endpoint;

/**
 * A tunnel in which this host authenticates to a server.
 *
 * @param local where authentication packets are sent from: one of the host's addresses and the tunnel's port
 * @param server where they are sent to
 */
public record ClientTunnel(Tunnel tunnel, Endpoint local, Endpoint server) {}
