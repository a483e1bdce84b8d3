package io.ipipou.core.config;

import java.util.List;

/**
 * A file without mistakes.
 *
 * @param warnings in the order of the file
 */
public record LoadedConfig(Config config, List<Problem> warnings) {

    public LoadedConfig {
        warnings = List.copyOf(warnings);
    }
}
