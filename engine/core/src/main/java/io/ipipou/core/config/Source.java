package io.ipipou.core.config;

import java.nio.file.Path;

/**
 * A configuration file's text, however it came here.
 *
 * @param name what messages call it: the path as the operator gave it, {@code <stdin>} for standard input
 * @param bytes its content, UTF-8; not copied, so leave it alone
 * @param secrets where the secrets that it names are
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
public record Source(String name, byte[] bytes, SecretPlaces secrets) {

    /** Bytes; a tunnel takes about 200, and more than this is not a file that somebody wrote. */
    public static final int MAX_BYTES = 16 << 20;

    /** A file of this host's operator; the secret files it names are relative to the directory. */
    public Source(String name, byte[] bytes, Path directory) {
        this(name, bytes, SecretPlaces.anywhere(directory));
    }

    /** The name only: the content may hold secrets. */
    @Override
    public String toString() {
        return name;
    }
}
