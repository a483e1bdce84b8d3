package io.ipipou.spi.auth;

import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * The only sources of time and randomness that a scheme can use.
 *
 * @param clock for packets to send; a received packet has its own {@link AuthPacket#time}
 * @param random a {@link java.security.SecureRandom} except in tests; safe for use by several threads
 */
public record AuthContext(Clock clock, RandomGenerator random) {}
