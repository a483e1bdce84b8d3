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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

        /** Whether it needs a confirmation and must be rolled back: its time is over, or it was interrupted. For the holder of the lock. */
        public boolean isDue(Duration now) {
            return confirmation.isPresent()
                    && confirmation.get().remaining(now).map(Duration::isZero).orElse(true);
        }
    }

    private static final int VERSION = 3;

    /** It lacks nothing that it had to have: what version 3 added has a usual value. */
    private static final int PREVIOUS_VERSION = 2;

    /** How many confirmations are remembered, for those who wait for one. */
    private static final int REMEMBERED = 16;

    private final Path directory;
    private final String backend;
    private final DurableFile file;
    private final DurableFile confirmed;

    /** @param backend the id of the backend that this run writes with */
    public Journal(Path directory, String backend) {
        this(directory, backend, step -> {});
    }

    Journal(Path directory, String backend, Consumer<DurableFile.Step> steps) {
        this.directory = directory;
        this.backend = backend;
        file = new DurableFile(directory.resolve("journal"), steps);
        confirmed = new DurableFile(directory.resolve("confirmed"), steps);
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
        Optional<Entry> found = read();
        if (found.isEmpty()) {
            return found;
        }
        String here = bootAndNamespace();
        Optional<Entry> entry = found.filter(it -> it.bootAndNamespace().equals(here));
        // A confirmation that was killed before it removed the journal counts.
        Optional<Confirmation> confirmation = entry.flatMap(Entry::confirmation);
        return confirmation.isPresent() && isConfirmed(confirmation.get().id()) ? Optional.empty() : entry;
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
     * Keeps what an apply did, and records that it was confirmed.
     *
     * @throws IOException if that cannot be recorded; then it is not confirmed
     */
    public void confirm(Confirmation confirmation) throws IOException {
        confirmed.write(
                Stream.concat(Stream.of(confirmation.id()), confirmed().stream().limit(REMEMBERED - 1))
                        .collect(Collectors.joining("\n", "", "\n")));
        remove();
    }

    /** Whether this apply is one of the last that were confirmed. */
    public boolean isConfirmed(String id) throws IOException {
        return confirmed().contains(id);
    }

    /**
     * What became of an apply that needed a confirmation.
     *
     * @param id of the confirmation; if no such apply has begun, it counts as rolled back
     */
    public Confirmation.State stateOf(String id) throws IOException {
        if (isConfirmed(id)) {
            return Confirmation.State.CONFIRMED;
        }
        return unfinished().flatMap(Entry::confirmation).stream()
                        .anyMatch(confirmation -> confirmation.id().equals(id))
                ? Confirmation.State.UNDECIDED
                : Confirmation.State.ROLLED_BACK;
    }

    private List<String> confirmed() throws IOException {
        try {
            return confirmed.read().lines().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /**
     * Forgets an apply of an earlier boot.
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
