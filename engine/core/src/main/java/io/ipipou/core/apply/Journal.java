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
 * The file that holds what an apply rolls back to, from before its first kernel write until it has succeeded or was
 * rolled back. It holds kernel objects only, thus no secret. The holder of the host's lock writes it.
 */
public final class Journal {

    /**
     * An apply that has begun and has neither succeeded nor been rolled back.
     *
     * @param version of this format
     * @param bootAndNamespace where it applies; in another boot or network namespace it means nothing
     * @param process that applies
     * @param backend the id of the backend it writes with
     * @param table {@code settings.nftTable}
     * @param before the managed objects before it
     * @param createdListeners the listeners that it creates
     * @param confirmation that it needs; empty if it needs none
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

        /** Whether the host matches its desired state, so that only the confirmation is missing. */
        public boolean awaitsConfirmation() {
            return confirmation.flatMap(Confirmation::deadline).isPresent();
        }
    }

    private static final int VERSION = 3;

    /** It lacks nothing that it had to have: what version 3 added has a usual value. */
    private static final int PREVIOUS_VERSION = 2;

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
     * The unfinished apply of this boot and network namespace; empty if there is none.
     *
     * @throws IOException if the journal cannot be read
     */
    public Optional<Entry> unfinished() throws IOException {
        String here = bootAndNamespace();
        return read().filter(entry -> entry.bootAndNamespace().equals(here));
    }

    /**
     * An apply of an earlier boot that nobody confirmed. Its changes ended with that boot.
     *
     * @throws IOException if the journal cannot be read
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
        int version = json.path("version").asInt(VERSION);
        if (version != VERSION && version != PREVIOUS_VERSION) {
            throw new IOException(
                    "it has format " + json.path("version") + ", and this version reads format " + VERSION);
        }
        return Optional.of(StoredFormat.JSON.decode(json, Entry.class));
    }

    /**
     * Ends the apply that awaits confirmation, or forgets one of an earlier boot.
     *
     * @throws IOException if the journal cannot be removed
     */
    public void discard() throws IOException {
        remove();
    }

    /** Replaces the journal atomically; it is on disk when this returns. */
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

    /** Does nothing if there is none. */
    void remove() throws IOException {
        file.remove();
    }

    /** Identifies the boot and the network namespace. */
    static String bootAndNamespace() throws IOException {
        return boot() + " " + Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
    }

    private static String boot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }
}
