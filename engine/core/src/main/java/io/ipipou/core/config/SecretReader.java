package io.ipipou.core.config;

import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Setting;
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
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads secrets from where the file says they are. Its messages never hold one. */
final class SecretReader {

    /** Bytes; more is not a secret but the wrong file. */
    private static final int MAX_BYTES = 1 << 16;

    /** Keys of the mapping that says where a secret is. */
    static final Set<String> PLACES = Set.of("file", "env", "sealed");

    /** What to write in a file of a repository. */
    private static final String OTHERWISE =
            "write the path of a file in --secrets-dir, relative to it, or seal the secret with ipipou seal";

    private final SecretPlaces allowed;
    private final Function<String, Optional<String>> environment;
    private final Problems problems;

    SecretReader(SecretPlaces allowed, Function<String, Optional<String>> environment, Problems problems) {
        this.allowed = allowed;
        this.environment = environment;
        this.problems = problems;
    }

    Optional<Secret> text(Value value) {
        return bytes(value).filter(bytes -> notEmpty(value, bytes)).map(Secret::of);
    }

    Optional<Secret> base64(Value value, Setting setting) {
        return bytes(value)
                .flatMap(bytes -> decode(value, setting, new String(bytes, StandardCharsets.ISO_8859_1).strip()))
                .map(Secret::of);
    }

    /** Also for what is not secret: the message is the same. */
    Optional<byte[]> decode(Value value, Setting setting, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) { // its message quotes the text
            problems.error(value, "is not base64", "write " + setting.description());
            return Optional.empty();
        }
        if (setting.bytes() != 0 && bytes.length != setting.bytes()) {
            String message = "is base64 of " + bytes.length + " bytes, not of " + setting.bytes();
            problems.error(value, message, "write " + setting.description());
            return Optional.empty();
        }
        return Optional.of(bytes).filter(b -> notEmpty(value, b));
    }

    private boolean notEmpty(Value value, byte[] bytes) {
        if (bytes.length == 0) {
            problems.error(value, "is empty", "a secret has at least one byte");
        }
        return bytes.length > 0;
    }

    private Optional<byte[]> bytes(Value value) {
        List<Value> places =
                PLACES.stream().flatMap(place -> value.get(place).stream()).toList();
        if (problems.isFlagged(value) || places.size() > 1) {
            return Optional.empty();
        }
        if (places.isEmpty()) {
            warnIfShown(value);
            return value.scalar(Node.Kind.TEXT).map(text -> text.getBytes(StandardCharsets.UTF_8));
        }
        Value place = places.get(0);
        if (problems.isFlagged(place)) {
            return Optional.empty();
        }
        return switch (place.path().key()) {
            case "file" -> file(place);
            case "env" -> variable(place);
            default -> sealed(value, place);
        };
    }

    private void warnIfShown(Value value) {
        if (allowed.confined()) {
            problems.warning(value, "the secret stands in the repository for all who can read it", OTHERWISE);
        }
    }

    /** @param setting which it was sealed for */
    private Optional<byte[]> sealed(Value setting, Value value) {
        Path file = SealKey.path(environment);
        String shown = Quote.value(file.toString());
        try {
            warnIfOpen(value, file, shown);
            SealKey key = SealKey.read(file);
            String text = value.scalar(Node.Kind.TEXT).orElse("");
            return Optional.of(key.open(text, String.join(".", setting.path().keys())));
        } catch (NoSuchFileException e) {
            problems.error(
                    value,
                    "is sealed, and this host has no key " + shown,
                    "make one with ipipou seal --new-key, and seal the secret to it");
        } catch (AccessDeniedException e) {
            problems.error(value, "is sealed, and there is no permission to read the key " + shown, "run it as root");
        } catch (IOException | GeneralSecurityException e) { // of which the message says nothing that helps
            problems.error(
                    value,
                    "does not open with the key " + shown + ": it was sealed to another host, or for another setting",
                    "seal it again, to this host and for " + setting.path());
        }
        return Optional.empty();
    }

    private Optional<byte[]> variable(Value value) {
        if (allowed.confined()) {
            problems.error(value, "a file of a repository reads no environment variable", OTHERWISE);
            return Optional.empty();
        }
        String name = value.scalar(Node.Kind.TEXT).orElse("");
        Optional<String> text = environment.apply(name);
        if (text.isEmpty()) {
            problems.error(
                    value, "the environment variable " + Quote.value(name) + " is not set", "set it, or use file");
        }
        return text.map(t -> t.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<byte[]> file(Value value) {
        String named = value.scalar(Node.Kind.TEXT).orElse("");
        String shown = Quote.value(named);
        try {
            Path path = allowed.file(named);
            shown = Quote.value(path.toString());
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new NoSuchFileException(path.toString());
            }
            if (!Files.isRegularFile(path)) {
                return unreadable(value, shown + " is not a regular file");
            }
            warnIfOpen(value, path, shown);
            return content(value, path, shown);
        } catch (SecretPlaces.ForbiddenException e) {
            problems.error(value, shown + " " + e.getMessage(), OTHERWISE);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return unreadable(value, "there is no file " + shown);
        } catch (AccessDeniedException e) {
            return unreadable(value, "no permission to read " + shown);
        } catch (IOException e) {
            return unreadable(value, shown + " cannot be read: " + e.getMessage());
        }
    }

    private Optional<byte[]> content(Value value, Path path, String shown) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            return unreadable(value, shown + " has more than " + MAX_BYTES + " bytes");
        }
        int end = bytes.length;
        end -= end > 0 && bytes[end - 1] == '\n' ? 1 : 0;
        end -= end > 0 && end < bytes.length && bytes[end - 1] == '\r' ? 1 : 0;
        return Optional.of(Arrays.copyOf(bytes, end));
    }

    private void warnIfOpen(Value value, Path path, String shown) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        if (permissions.contains(PosixFilePermission.GROUP_READ)
                || permissions.contains(PosixFilePermission.OTHERS_READ)) {
            problems.warning(value, shown + " can be read by others than its owner", "chmod 600");
        }
    }

    private Optional<byte[]> unreadable(Value value, String message) {
        problems.error(value, message, "write the path of a file that can be read");
        return Optional.empty();
    }
}
