package io.ipipou.testkit.auth;

import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Endpoint;

/**
 * A client and the server that knows it.
 *
 * @param server what the server's file holds
 * @param client what the client's file holds
 * @param source where the client's packets come from
 */
public record AuthSides(Settings server, Settings client, Endpoint source) {}
