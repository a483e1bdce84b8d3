package io.ipipou.core.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;

/** A file with mode 0600 that is replaced atomically, whenever the process is killed. One writer at a time. */
public final class DurableFile {

    /** The steps of a change. */
    public enum Step {
        WRITE,
        SYNC,
        RENAME,
        REMOVE,
        SYNC_DIRECTORY,
        DONE
    }

    private final Path path;
    private final Consumer<Step> steps;

    /** @param steps called before each step; tests simulate a crash with it */
    public DurableFile(Path path, Consumer<Step> steps) {
        this.path = path;
        this.steps = steps;
    }

    public Path path() {
        return path;
    }

    /** @throws java.nio.file.NoSuchFileException if the file does not exist */
    public String read() throws IOException {
        return Files.readString(path);
    }

    /** Replaces the content, which is on disk when this returns. */
    public void write(String text) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        steps.accept(Step.WRITE);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            steps.accept(Step.SYNC);
            channel.force(true);
        }
        steps.accept(Step.RENAME);
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
    }

    /** Deletes the file, permanently when this returns. Does nothing if it does not exist. */
    public void remove() throws IOException {
        if (Files.exists(path)) {
            steps.accept(Step.REMOVE);
            Files.deleteIfExists(path);
            syncDirectory();
        }
    }

    /** A rename or deletion is permanent only after this. */
    private void syncDirectory() throws IOException {
        steps.accept(Step.SYNC_DIRECTORY);
        try (FileChannel channel = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
            channel.force(true);
        }
        steps.accept(Step.DONE);
    }
}
