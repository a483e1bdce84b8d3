package io.ipipou.spi.backend;

import io.ipipou.spi.Plugin;

/** Opens {@link Backend}s. Its id is the value of {@code settings.backend}. */
public interface BackendProvider extends Plugin {

    /**
     * Opens the calling thread's network namespace. The backend stays in it when the thread moves to another.
     *
     * @param nftTable the nftables table of family {@code ip} to read and write; need not exist
     * @throws BackendException if the backend cannot work on this host: a tool or kernel module is missing or too old,
     *     or permission is denied
     */
    Backend open(String nftTable) throws BackendException;
}
