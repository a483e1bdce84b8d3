package io.ipipou.spi.auth;

import io.ipipou.spi.state.Endpoint;
import java.time.Instant;

/**
 * A received packet that can be an authentication packet or the reply to one. Anyone can send one, with any source.
 *
 * @param time when it arrived, by this host's clock
 */
public record AuthPacket(Payload payload, Endpoint source, Instant time) {}
