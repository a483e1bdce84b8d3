package io.ipipou.spi.source;

import java.util.Optional;

/**
 * One file of a repository, in one revision after another. Used by one thread at a time. Every method throws when the
 * location's timeout expires.
 */
public interface ConfigSource extends AutoCloseable {

    /**
     * The id of the newest revision. Cheap: fetches no content.
     *
     * @throws SourceException if the repository cannot be reached or has no such ref
     */
    String head() throws SourceException;

    /**
     * Fetches the newest revision and its file.
     *
     * @param since the id of an earlier revision; the result says whether the new one descends from it
     * @throws SourceException also when the revision has no such file, or the file is too large or not a regular file
     */
    Fetched fetch(Optional<String> since) throws SourceException;

    @Override
    void close();
}
