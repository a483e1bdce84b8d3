package io.ipipou.spi.source;

import io.ipipou.spi.Plugin;

/** Opens {@link ConfigSource}s. Its id is the value of {@code --source}. */
public interface SourceProvider extends Plugin {

    /**
     * Opens the source of one file. Reads the key files that the location names, and uses no network.
     *
     * @throws InvalidAddressException if the address is invalid or not supported
     * @throws SourceException if the location can never work for another reason: a key file is missing, say
     */
    ConfigSource open(Location location) throws SourceException;
}
