package io.ipipou.agent.auth;

import io.ipipou.spi.state.Endpoint;
import java.time.Instant;

/**
 * An authentication packet that was rejected.
 *
 * @param at when it arrived, by this host's clock
 */
public record RejectedPacket(Instant at, Endpoint source, AuthRejection rejection) {}
