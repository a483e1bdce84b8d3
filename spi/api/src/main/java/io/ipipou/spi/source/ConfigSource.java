package io.ipipou.spi.source;

import java.util.Optional;

/**
 * One file at one place, in one revision after another. Not safe for use by several threads. Every method gives up when
 * the location's patience is over.
 */
public interface ConfigSource extends AutoCloseable {

    /**
     * The id of the revision that is there now. Cheap: no content is got.
     *
     * @throws SourceException if the place cannot be reached, or has no such ref
     */
    String head() throws SourceException;

    /**
     * Gets the revision that is there now, and its file.
     *
     * @param since the id of a revision that was got before; the answer tells whether the new one descends from it
     * @throws SourceException also when the revision has no such file, or one that is no regular file or too large
     */
    Fetched fetch(Optional<String> since) throws SourceException;

    @Override
    void close();
}
