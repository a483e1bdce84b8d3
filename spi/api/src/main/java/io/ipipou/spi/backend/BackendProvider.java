package io.ipipou.spi.backend;

import io.ipipou.spi.Plugin;

/** Makes {@link Backend}s; its id is what {@code settings.backend} names. */
public interface BackendProvider extends Plugin {

    /**
     * Opens the calling thread's network namespace, which the backend keeps even if the thread leaves it.
     *
     * @param nftTable the table of the family {@code ip} that is read and written; it need not exist
     * @throws BackendException if it cannot work here: a tool or kernel module is missing, too old, or not permitted
     */
    Backend open(String nftTable) throws BackendException;
}
