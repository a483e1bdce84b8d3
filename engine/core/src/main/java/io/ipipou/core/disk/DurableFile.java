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

/** A file for its owner alone that holds what it held, or the new text, whenever a run dies. One writer at a time. */
public final class DurableFile {

    /** Where it is cut off by a test; each is the moment before the step. */
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

    /** @param steps told of each step before it */
    public DurableFile(Path path, Consumer<Step> steps) {
        this.path = path;
        this.steps = steps;
    }

    public Path path() {
        return path;
    }

    /** @throws java.nio.file.NoSuchFileException where there is none */
    public String read() throws IOException {
        return Files.readString(path);
    }

    /** Is on the disk when this returns. */
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

    /** Is off the disk when this returns. Does nothing where there is none. */
    public void remove() throws IOException {
        if (Files.exists(path)) {
            steps.accept(Step.REMOVE);
            Files.deleteIfExists(path);
            syncDirectory();
        }
    }

    /** A name in a directory is on the disk when the directory is. */
    private void syncDirectory() throws IOException {
        steps.accept(Step.SYNC_DIRECTORY);
        try (FileChannel channel = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
            channel.force(true);
        }
        steps.accept(Step.DONE);
    }
}
