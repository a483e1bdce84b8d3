package io.ipipou.core.config;

import java.nio.file.Path;

/**
 * The content of a configuration file.
 *
 * @param name for messages: the path as the operator gave it, {@code <stdin>} for standard input
 * @param bytes UTF-8; not copied, so they must not be changed
 * @param secrets where the secrets that it names can be
 */
@SuppressWarnings("ArrayRecordComponent") // it is never compared
public record Source(String name, byte[] bytes, SecretPlaces secrets) {

    /** In bytes. A tunnel takes about 200, and nobody writes a larger file. */
    public static final int MAX_BYTES = 16 << 20;

    /** A file of this host's operator. The secret files that it names are relative to the directory. */
    public Source(String name, byte[] bytes, Path directory) {
        this(name, bytes, SecretPlaces.anywhere(directory));
    }

    /** The name only: the content can have secrets. */
    @Override
    public String toString() {
        return name;
    }
}
