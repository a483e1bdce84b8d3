package io.ipipou.core.source;

import io.ipipou.core.config.LoadedConfig;
import java.util.Optional;

/**
 * Who puts a revision's file in force.
 *
 * @param <X> when it is not the revision's fault that it cannot be put in force, so that it will be tried again
 */
@FunctionalInterface
public interface RevisionTarget<X extends Exception> {

    /**
     * Returns when the host is as the file says, or what was in force before is so again.
     *
     * @param name what messages call the file
     * @return what was the matter; empty when it is in force
     */
    Optional<Rejection> apply(LoadedConfig file, String name) throws X;
}
