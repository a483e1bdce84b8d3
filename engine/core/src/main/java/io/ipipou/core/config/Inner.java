package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import java.util.List;
import java.util.Optional;

/**
 * The addresses inside a tunnel.
 *
 * @param address of this host, a /32, which the kernel prefers for packets into the tunnel
 * @param peer of the other end (IFA_ADDRESS), which the kernel then routes through the tunnel; empty for a plain address
 * @param more of this host; other tunnels can have the same
 */
public record Inner(Ipv4 address, Optional<Ipv4> peer, List<InnerAddress> more) {

    public Inner {
        more = List.copyOf(more);
    }
}
