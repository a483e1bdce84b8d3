package io.ipipou.core.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.disk.DurableFile;
import io.ipipou.core.json.Json;
import io.ipipou.spi.state.FouListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Remembers, on the disk, what an apply goes back to, from before its first kernel write until it has succeeded or is
 * undone. It holds what the kernel has, thus no secret. Written by whoever holds the host's lock.
 */
public final class Journal {

    /**
     * An apply that has begun and is neither done nor undone.
     *
     * @param version of this format
     * @param place the boot and the network namespace that it is about: in another, nothing of it is true
     * @param process who applies
     * @param backend the id of the backend it writes with
     * @param table {@code settings.nftTable}
     * @param before what was ours
     * @param made listeners that it makes
     * @param confirmation what it waits for; empty where it is done when the host is as desired
     */
    public record Entry(
            int version,
            String bootAndNamespace,
            ProcessId process,
            String backend,
            String table,
            DesiredState before,
            Set<FouListener> createdListeners,
            Optional<Confirmation> confirmation) {

        /** Whether the host was seen to be as desired and this only has to be confirmed. */
        public boolean awaitsConfirmation() {
            return confirmation.flatMap(Confirmation::deadline).isPresent();
        }
    }

    private static final int VERSION = 2;

    private final Path directory;
    private final String backend;
    private final DurableFile file;

    /** @param backend the id of the backend that this run writes with */
    public Journal(Path directory, String backend) {
        this(directory, backend, step -> {});
    }

    Journal(Path directory, String backend, Consumer<DurableFile.Step> steps) {
        this.directory = directory;
        this.backend = backend;
        file = new DurableFile(directory.resolve("journal"), steps);
    }

    public Path path() {
        return file.path();
    }

    /**
     * The apply of this boot and network namespace that has not ended; empty when there is none.
     *
     * @throws IOException if there is a journal that cannot be read
     */
    public Optional<Entry> unfinished() throws IOException {
        String here = bootAndNamespace();
        return read().filter(entry -> entry.bootAndNamespace().equals(here));
    }

    /**
     * An apply of an earlier boot that nobody confirmed. What it changed in the kernel went with that boot.
     *
     * @throws IOException if there is a journal that cannot be read
     */
    public Optional<Entry> unconfirmedBeforeBoot() throws IOException {
        String boot = boot();
        return read().filter(entry ->
                entry.confirmation().isPresent() && !entry.bootAndNamespace().startsWith(boot));
    }

    private Optional<Entry> read() throws IOException {
        String text;
        try {
            text = file.read();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        JsonNode json = Json.read(text);
        if (json.path("version").isInt() && json.path("version").intValue() != VERSION) {
            throw new IOException("it is of format " + json.path("version") + ", this version reads " + VERSION);
        }
        return Optional.of(StoredFormat.JSON.decode(json, Entry.class));
    }

    /**
     * Has the apply that awaits confirmation be done, or one of an earlier boot forgotten.
     *
     * @throws IOException if the journal cannot be removed
     */
    public void discard() throws IOException {
        remove();
    }

    /** Is on the disk when this returns; what was there before stays until then. */
    void write(String table, Snapshot before, Optional<Confirmation> confirmation) throws IOException {
        Entry entry = new Entry(
                VERSION,
                bootAndNamespace(),
                ProcessId.current(),
                backend,
                table,
                before.state(),
                before.createdListeners(),
                confirmation);
        Files.createDirectories(directory);
        file.write(Json.line(StoredFormat.JSON.encode(entry)));
    }

    /** The apply has ended. Does nothing where there is none. */
    void remove() throws IOException {
        file.remove();
    }

    /** The boot and the network namespace. */
    static String bootAndNamespace() throws IOException {
        return boot() + " " + Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
    }

    private static String boot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }
}
