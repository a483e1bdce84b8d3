package io.ipipou.core.source;

import io.ipipou.core.config.LoadedConfig;
import java.util.Optional;

/**
 * Applies the configuration of a revision.
 *
 * @param <X> a failure that is not the revision's fault, after which it is tried again
 */
@FunctionalInterface
public interface RevisionTarget<X extends Exception> {

    /**
     * Returns when the host matches the configuration, or was rolled back.
     *
     * @param name of the file in messages
     * @return why it was rejected; empty if the host matches it
     */
    Optional<Rejection> apply(LoadedConfig file, String name) throws X;
}
