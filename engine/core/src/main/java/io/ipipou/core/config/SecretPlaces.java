package io.ipipou.core.config;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where on this host a configuration file may have its secrets read from. Sealed ones, and those that stand in it, need no
 * place.
 *
 * @param directory what paths are relative to; empty where no file may be read
 * @param confined whether nothing beyond the directory may be read, by whatever link, and no environment variable
 */
public record SecretPlaces(Optional<Path> directory, boolean confined) {

    /** A place that the file may not name; the message says why, as the end of a sentence. */
    static final class ForbiddenException extends Exception {
        private static final long serialVersionUID = 1L;

        ForbiddenException(String message) {
            super(message);
        }
    }

    /** For a file that the operator of this host wrote: anywhere. */
    public static SecretPlaces anywhere(Path directory) {
        return new SecretPlaces(Optional.of(directory), false);
    }

    /**
     * For a file that came from elsewhere: whoever wrote it may use this host's secrets, but is not to choose which of its
     * files and variables are taken for one.
     */
    public static SecretPlaces under(Optional<Path> directory) {
        return new SecretPlaces(directory, true);
    }

    /** The file that the path names, which need not exist. */
    Path file(String path) throws ForbiddenException, IOException {
        Path root = directory.orElseThrow(
                () -> new ForbiddenException("is a file, and this host was given no --secrets-dir to read it from"));
        Path file = root.resolve(path);
        return confined ? confined(root, path, file) : file;
    }

    private static Path confined(Path root, String path, Path file) throws ForbiddenException, IOException {
        String shown = Quote.value(root.toString());
        if (Path.of(path).isAbsolute()) {
            throw new ForbiddenException("is an absolute path, which a file of a repository may not name");
        }
        if (!file.normalize().startsWith(root.normalize())) {
            throw new ForbiddenException("leads out of " + shown);
        }
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(root.toRealPath())) {
                throw new ForbiddenException("leads out of " + shown + " by a symbolic link");
            }
            return real;
        } catch (NoSuchFileException e) {
            return file;
        }
    }
}
