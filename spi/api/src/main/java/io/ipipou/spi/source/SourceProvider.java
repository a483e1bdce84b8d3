package io.ipipou.spi.source;

import io.ipipou.spi.Plugin;

/** Makes {@link ConfigSource}s; its id is what {@code --source} names. */
public interface SourceProvider extends Plugin {

    /**
     * Prepares for one file. Reads what the location names on this host's disk, and talks to nobody.
     *
     * @throws SourceException if nothing could ever be got from there: an address that is none, a key file that is missing
     */
    ConfigSource open(Location location) throws SourceException;
}
