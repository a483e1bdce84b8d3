package io.ipipou.cli.agent;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.core.config.Source;
import io.ipipou.core.disk.DurableFile;
import io.ipipou.core.json.Json;
import io.ipipou.core.json.RecordJson;
import io.ipipou.core.json.StoredNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An agent's file as it was before an apply that must be confirmed. It is on disk, readable by root only, so that an agent that
 * is started after a rollback does not apply the new content again.
 *
 * @param version of this format
 * @param apply id of the confirmation
 * @param name of the file
 * @param directory of the file
 * @param content before the apply, which can hold secrets
 * @param digest of the new content
 */
public record FileBefore(int version, String apply, String name, String directory, String content, String digest) {

    private static final int VERSION = 1;

    private static final RecordJson JSON = new RecordJson(
            new StoredNames().with(FileBefore.class, "version", "apply", "name", "directory", "content", "digest"));

    static FileBefore of(String apply, Path directory, Source before, Source after) {
        return new FileBefore(
                VERSION,
                apply,
                before.name(),
                directory.toString(),
                new String(before.bytes(), StandardCharsets.UTF_8),
                digest(after));
    }

    private static DurableFile file() {
        return new DurableFile(Directories.state().resolve("before.json"), step -> {});
    }

    /** The last one that was written; empty if there is none, or it cannot be used. */
    static Optional<FileBefore> read() {
        try {
            return Optional.of(JSON.decode(Json.read(file().read()), FileBefore.class))
                    .filter(before -> before.version() == VERSION);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void write() throws CommandFailure {
        try {
            Files.createDirectories(Directories.state());
            file().write(Json.line(JSON.encode(this)));
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot write " + file().path() + ": " + e.getMessage() + "; nothing was changed");
        }
    }

    static void remove() throws CommandFailure {
        try {
            file().remove();
        } catch (IOException e) {
            throw CommandFailure.failed("cannot remove " + file().path() + ": " + e.getMessage());
        }
    }

    Source source() {
        return new Source(name, content.getBytes(StandardCharsets.UTF_8), Path.of(directory));
    }

    /** Whether the file still has the content that was applied. */
    boolean wasReplacedBy(Source now) {
        return digest(now).equals(digest);
    }

    private static String digest(Source source) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(source.bytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
