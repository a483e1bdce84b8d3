package io.ipipou.agent.converge;

import io.ipipou.core.config.Config;
import java.util.Optional;

/**
 * What an agent starts with.
 *
 * @param unconfirmed id of the confirmation that it awaited when it was read; empty if it awaited none
 * @param before what it is rolled back to; empty if unknown
 * @param isRolledBack whether a later configuration was rolled back to this one
 */
public record InitialConfig(
        Config config, Optional<String> unconfirmed, Optional<Config> before, boolean isRolledBack) {

    /** A configuration that needs no confirmation. */
    public static InitialConfig inForce(Config config) {
        return new InitialConfig(config, Optional.empty(), Optional.empty(), false);
    }
}
