package io.ipipou.core.apply;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ipipou.core.desired.DesiredState;
import io.ipipou.spi.state.FouListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Remembers, on the disk, what an apply goes back to, from before its first kernel write until it has succeeded or is
 * undone. It holds what the kernel has, thus no secret. Written by whoever holds the host's lock.
 */
public final class Journal {

    /** Where it is cut off by a test; each is the moment before the step. */
    enum Step {
        WRITE,
        SYNC,
        RENAME,
        REMOVE,
        SYNC_DIRECTORY,
        DONE
    }

    /**
     * An apply that has begun.
     *
     * @param version of this format
     * @param place the boot and the network namespace that it is about: in another, nothing of it is true
     * @param process its id, for the operator
     * @param backend the id of the backend it writes with
     * @param table {@code settings.nftTable}
     * @param before what was ours
     * @param made listeners that it makes
     */
    public record Entry(
            int version,
            String place,
            long process,
            String backend,
            String table,
            DesiredState before,
            Set<FouListener> made) {}

    private static final int VERSION = 1;

    private final Path directory;
    private final String backend;
    private final Consumer<Step> steps;

    /** @param backend the id of the backend that this run writes with */
    public Journal(Path directory, String backend) {
        this(directory, backend, step -> {});
    }

    Journal(Path directory, String backend, Consumer<Step> steps) {
        this.directory = directory;
        this.backend = backend;
        this.steps = steps;
    }

    public Path path() {
        return directory.resolve("journal");
    }

    /**
     * The apply of this boot and network namespace that has not ended; empty when there is none.
     *
     * @throws IOException if there is a journal that cannot be read
     */
    public Optional<Entry> unfinished() throws IOException {
        String text;
        try {
            text = Files.readString(path());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Entry entry = RecordJson.decode(new ObjectMapper().readTree(text), Entry.class);
        if (entry.version() != VERSION) {
            throw new IOException("it is of format " + entry.version() + ", this version reads " + VERSION);
        }
        return entry.place().equals(place()) ? Optional.of(entry) : Optional.empty();
    }

    /** Is on the disk when this returns; what was there before stays until then. */
    void write(String table, Before before) throws IOException {
        Entry entry = new Entry(
                VERSION, place(), ProcessHandle.current().pid(), backend, table, before.state(), before.made());
        Files.createDirectories(directory);
        Path fresh = directory.resolve("journal.new");
        Files.deleteIfExists(fresh);
        steps.accept(Step.WRITE);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(RecordJson.encode(entry).toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            steps.accept(Step.SYNC);
            channel.force(true);
        }
        steps.accept(Step.RENAME);
        Files.move(fresh, path(), StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
    }

    /** The apply has ended. Does nothing where there is none. */
    void remove() throws IOException {
        if (Files.exists(path())) {
            steps.accept(Step.REMOVE);
            Files.deleteIfExists(path());
            syncDirectory();
        }
    }

    /** A name in a directory is on the disk when the directory is. */
    private void syncDirectory() throws IOException {
        steps.accept(Step.SYNC_DIRECTORY);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
        steps.accept(Step.DONE);
    }

    private static String place() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip() + " "
                + Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
    }
}
