package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import java.util.Optional;

/**
 * The addresses inside a tunnel, each a /32.
 *
 * @param address of this host
 * @param peer of the other end (IFA_ADDRESS), which the kernel then routes through the tunnel; empty for a plain address
 */
public record Inner(Ipv4 address, Optional<Ipv4> peer) {}
