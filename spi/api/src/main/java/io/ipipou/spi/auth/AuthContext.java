package io.ipipou.spi.auth;

import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * The only sources of time and chance that a scheme may use.
 *
 * @param clock when a packet is made; when one came is {@link AuthPacket#time}
 * @param random fit for keys ({@link java.security.SecureRandom}) outside of tests; safe for several threads
 */
public record AuthContext(Clock clock, RandomGenerator random) {}
