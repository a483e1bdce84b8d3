package io.ipipou.core.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads secrets from where the file says they are. No message has a secret.
 *
 * @param environment the value of an environment variable; empty when it is not set
 */
record SecretSources(SecretPlaces allowed, Function<String, Optional<String>> environment) {

    /** Without any secret. */
    static final SecretSources NONE = new SecretSources(SecretPlaces.under(Optional.empty()), name -> Optional.empty());

    /** A secret that the file itself has. */
    byte[] inFile(Node secret, Problems problems) {
        if (allowed.confined()) {
            problems.warning(secret, "everyone who can read the repository can read this secret", SecretPlaces.INSTEAD);
        }
        return secret.text().getBytes(StandardCharsets.UTF_8);
    }

    byte[] sealed(Node sealed, Problems problems) throws InvalidValue {
        Path file = SealKey.path(environment);
        String shown = Quote.value(file.toString());
        String setting = String.join(".", sealed.path().parent().orElseThrow().keys());
        try {
            warnIfOpen(sealed, file, problems);
            return SealKey.read(file).open(sealed.text(), setting);
        } catch (NoSuchFileException e) {
            throw new InvalidValue(
                    "is sealed, and this host has no key " + shown,
                    "make one with `ipipou seal --new-key`, and seal the secret to it");
        } catch (AccessDeniedException e) {
            throw new InvalidValue(
                    "is sealed, and permission to read the key " + shown + " is denied", "run it as root");
        } catch (IOException | GeneralSecurityException e) { // of which the message says nothing that helps
            throw new InvalidValue(
                    "cannot be opened with the key " + shown
                            + ": it was sealed to another host, or for another setting",
                    "seal it again, to this host and for " + Quote.word(setting));
        }
    }

    byte[] variable(Node place, Problems problems) throws InvalidValue {
        if (allowed.confined()) {
            throw new InvalidValue("a file of a repository cannot read an environment variable", SecretPlaces.INSTEAD);
        }
        String name = place.text();
        return environment
                .apply(name)
                .orElseThrow(() -> new InvalidValue(
                        "the environment variable " + Quote.value(name) + " is not set", "set it, or use file"))
                .getBytes(StandardCharsets.UTF_8);
    }

    byte[] file(Node place, Problems problems) throws InvalidValue {
        String shown = Quote.value(place.text());
        try {
            Path path = allowed.file(place.text());
            shown = Quote.value(path.toString());
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new NoSuchFileException(path.toString());
            }
            if (!Files.isRegularFile(path)) {
                throw unreadable(shown + " is not a regular file");
            }
            warnIfOpen(place, path, problems);
            return content(path, shown);
        } catch (NoSuchFileException e) {
            throw unreadable("there is no file " + shown);
        } catch (AccessDeniedException e) {
            throw unreadable("permission to read " + shown + " is denied");
        } catch (IOException e) {
            throw unreadable("cannot read " + shown + ": " + e.getMessage());
        }
    }

    private static byte[] content(Path path, String shown) throws IOException, InvalidValue {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(SecretText.MAX_BYTES + 1);
        }
        if (bytes.length > SecretText.MAX_BYTES) {
            throw unreadable(shown + " has more than " + SecretText.MAX_BYTES + " bytes");
        }
        return SecretText.withoutNewline(bytes);
    }

    private static void warnIfOpen(Node place, Path path, Problems problems) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        if (permissions.contains(PosixFilePermission.GROUP_READ)
                || permissions.contains(PosixFilePermission.OTHERS_READ)) {
            String shown = Quote.value(path.toString());
            problems.warning(place, shown + " can be read by others than its owner", "chmod 600 " + shown);
        }
    }

    private static InvalidValue unreadable(String message) {
        return new InvalidValue(message, "write the path of a file that can be read");
    }
}
