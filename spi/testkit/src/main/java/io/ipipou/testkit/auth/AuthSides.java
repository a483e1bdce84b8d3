package io.ipipou.testkit.auth;

import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Endpoint;

/**
 * The settings of a client and of the server that accepts it.
 *
 * @param server the server's {@code auth} entry
 * @param client the client's {@code auth} entry
 * @param source the source of the client's packets
 */
public record AuthSides(Settings server, Settings client, Endpoint source) {}
