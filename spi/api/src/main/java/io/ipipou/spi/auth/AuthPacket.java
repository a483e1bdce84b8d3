package io.ipipou.spi.auth;

import io.ipipou.spi.state.Endpoint;
import java.time.Instant;

/**
 * A packet that may be a proof or a reply. Anyone can send one, with any source.
 *
 * @param time when it came, by this host's clock
 */
public record AuthPacket(Payload payload, Endpoint source, Instant time) {}
