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
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads secrets from where the file says they are. Its messages never hold one. */
final class SecretReader {

    /** Bytes; more is not a secret but the wrong file. */
    private static final int MAX_BYTES = 1 << 16;

    private final Path directory;
    private final Function<String, Optional<String>> environment;
    private final Problems problems;

    SecretReader(Path directory, Function<String, Optional<String>> environment, Problems problems) {
        this.directory = directory;
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
        Optional<Value> file = value.get("file");
        Optional<Value> variable = value.get("env");
        if (problems.isFlagged(value) || (file.isPresent() && variable.isPresent())) {
            return Optional.empty();
        }
        if (file.isPresent()) {
            return file.filter(f -> !problems.isFlagged(f)).flatMap(this::file);
        }
        return variable.isPresent()
                ? variable.filter(v -> !problems.isFlagged(v)).flatMap(this::variable)
                : value.scalar(Node.Kind.TEXT).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<byte[]> variable(Value value) {
        String name = value.scalar(Node.Kind.TEXT).orElse("");
        Optional<String> text = environment.apply(name);
        if (text.isEmpty()) {
            problems.error(
                    value, "the environment variable " + Quote.value(name) + " is not set", "set it, or use file");
        }
        return text.map(t -> t.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<byte[]> file(Value value) {
        Path path = directory.resolve(value.scalar(Node.Kind.TEXT).orElse(""));
        String shown = Quote.value(path.toString());
        try {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new NoSuchFileException(path.toString());
            }
            if (!Files.isRegularFile(path)) {
                return unreadable(value, shown + " is not a regular file");
            }
            warnIfOpen(value, path, shown);
            return content(value, path, shown);
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
