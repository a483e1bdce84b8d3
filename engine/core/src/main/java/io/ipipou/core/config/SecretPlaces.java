package io.ipipou.core.config;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The places on this host that a configuration file can read secrets from. Sealed secrets and those in the file itself
 * need none.
 *
 * @param directory that paths are relative to; empty if no file can be read
 * @param confined whether nothing outside the directory can be read, through a symbolic link either, and no environment
 *     variable
 */
public record SecretPlaces(Optional<Path> directory, boolean confined) {

    /** What to do in a file of a repository. */
    static final String INSTEAD =
            "write the path of a file in --secrets-dir, relative to it, or seal the secret with `ipipou seal`";

    /** For a file that the operator of this host wrote: anywhere. */
    public static SecretPlaces anywhere(Path directory) {
        return new SecretPlaces(Optional.of(directory), false);
    }

    /**
     * For a file that comes from elsewhere: its author can use the secrets in this directory, and cannot make this host read
     * other files and variables as secrets.
     */
    public static SecretPlaces under(Optional<Path> directory) {
        return new SecretPlaces(directory, true);
    }

    /**
     * The file of a path; it need not exist.
     *
     * @throws InvalidValue if the file cannot use the path
     */
    Path file(String path) throws InvalidValue, IOException {
        Path root = directory.orElseThrow(
                () -> forbidden(path, "is a file, and there is no --secrets-dir to read it from"));
        Path file = root.resolve(path);
        return confined ? confined(root, path, file) : file;
    }

    private static Path confined(Path root, String path, Path file) throws InvalidValue, IOException {
        String shown = Quote.value(root.toString());
        if (Path.of(path).isAbsolute()) {
            throw forbidden(path, "is an absolute path, which a file of a repository cannot use");
        }
        if (!file.normalize().startsWith(root.normalize())) {
            throw forbidden(path, "leads out of " + shown);
        }
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(root.toRealPath())) {
                throw forbidden(path, "leads out of " + shown + " through a symbolic link");
            }
            return real;
        } catch (NoSuchFileException e) {
            return file;
        }
    }

    private static InvalidValue forbidden(String path, String message) {
        return new InvalidValue(Quote.value(path) + " " + message, INSTEAD);
    }
}
