package io.ipipou.core.config;

import io.ipipou.spi.config.Settings;

/**
 * An entry of {@code auth}: how a peer, or this host, authenticates.
 *
 * @param scheme the id of an auth plugin that was found
 * @param settings what the plugin declared; secrets are read already
 */
public record Auth(String name, String scheme, Settings settings, Position position) {}
