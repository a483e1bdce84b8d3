package io.ipipou.core.config;

import java.util.List;

/**
 * A file without mistakes.
 *
 * @param warnings what the operator should know all the same, in the order of the file
 */
public record LoadedConfig(Config config, List<Problem> warnings) {

    public LoadedConfig {
        warnings = List.copyOf(warnings);
    }
}
