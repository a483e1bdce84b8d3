package io.ipipou.spi.source;

import io.ipipou.spi.Plugin;

/** Opens {@link ConfigSource}s. Its id is the value of {@code --source}. */
public interface SourceProvider extends Plugin {

    /**
     * Opens the source of one file. Reads the key files that the location names, and uses no network.
     *
     * @throws SourceException if the location can never work: the address is invalid, say, or a key file is missing
     */
    ConfigSource open(Location location) throws SourceException;
}
