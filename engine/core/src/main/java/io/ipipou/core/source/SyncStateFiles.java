package io.ipipou.core.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.apply.Confirmation;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.disk.DurableFile;
import io.ipipou.core.json.Json;
import io.ipipou.core.json.RecordJson;
import io.ipipou.core.json.StoredNames;
import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sync state on disk: {@code good.json} has the revision in force, {@code unconfirmed.json} one that awaits
 * confirmation, {@code events.json} the rest. Readable by root
 * only, since configurations can hold secrets. One process at a time can write; readers need no lock.
 */
public final class SyncStateFiles {

    /** The names in both files. A change here is a change of their formats. */
    static final RecordJson JSON = new RecordJson(new StoredNames()
            .with(LastGoodRevision.class, "version", "place", "revision", "since", "secretsDirectory", "content")
            .with(SyncStatus.Events.class, "version", "place", "refused", "lastContact", "trouble")
            .with(SourceRef.class, "source", "address", "ref", "path")
            .with(Revision.class, "id", "author", "time", "signature")
            .with(Signature.class, "status", "signer", "detail")
            .with(Signature.Status.class, "NONE", "TRUSTED", "UNTRUSTED", "BAD")
            .with(RejectedRevision.class, "revision", "at", "objection")
            .with(Rejection.class, "kind", "reason")
            .with(Rejection.Kind.class, "POLICY", "CONFIGURATION", "HOST", "RESTART", "ROLLED_BACK")
            .with(UnconfirmedRevision.class, "version", "apply", "revision")
            .with(Outage.class, "since", "until", "message"));

    private final Path directory;
    private final DurableFile lastGood;
    private final DurableFile events;
    private final DurableFile unconfirmed;
    private final Journal journal;

    /** @param stateDirectory the parent of the directory {@code source} */
    public SyncStateFiles(Path stateDirectory) {
        this(stateDirectory, step -> {});
    }

    SyncStateFiles(Path stateDirectory, Consumer<DurableFile.Step> steps) {
        directory = stateDirectory.resolve("source");
        lastGood = new DurableFile(directory.resolve("good.json"), steps);
        events = new DurableFile(directory.resolve("events.json"), steps);
        unconfirmed = new DurableFile(directory.resolve("unconfirmed.json"), steps);
        journal = new Journal(stateDirectory, "");
    }

    public Path directory() {
        return directory;
    }

    /** Creates the directory if it is missing. */
    void prepare() throws IOException {
        Files.createDirectories(directory.resolveSibling("."));
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /**
     * The revision that this host was last brought to, in force or awaiting confirmation; empty if there never was one.
     *
     * @throws IOException if a file cannot be read; the message names it
     */
    public Optional<LastGoodRevision> applied() throws IOException {
        return status().flatMap(SyncStatus::applied);
    }

    Optional<LastGoodRevision> lastGood() throws IOException {
        return read(lastGood, LastGoodRevision.class, LastGoodRevision.VERSION);
    }

    Optional<UnconfirmedRevision> unconfirmed() throws IOException {
        return read(unconfirmed, UnconfirmedRevision.class, UnconfirmedRevision.VERSION);
    }

    /** What became of the apply of a revision. */
    Confirmation.State stateOf(UnconfirmedRevision revision) throws IOException {
        return journal.stateOf(revision.apply());
    }

    Optional<SyncStatus.Events> events() throws IOException {
        return read(events, SyncStatus.Events.class, SyncStatus.Events.VERSION);
    }

    /**
     * The status that the last process left; empty if this host never followed a repository.
     *
     * @throws IOException if a file cannot be read; the message names it
     */
    public Optional<SyncStatus> status() throws IOException {
        Optional<LastGoodRevision> good = lastGood();
        Optional<SyncStatus.Events> events = events();
        Optional<UnconfirmedRevision> awaiting = unconfirmed();
        Optional<SourceRef> source = events.map(SyncStatus.Events::source)
                .or(() -> good.map(LastGoodRevision::source))
                .or(() -> awaiting.map(found -> found.revision().source()));
        Optional<SyncStatus> status =
                source.map(followed -> new SyncStatus(followed, good, events.orElse(SyncStatus.Events.none(followed))));
        return status.isPresent() && awaiting.isPresent()
                ? Optional.of(status.get().with(awaiting.get(), stateOf(awaiting.get())))
                : status;
    }

    void write(UnconfirmedRevision revision) throws IOException {
        unconfirmed.write(Json.line(JSON.encode(revision)));
    }

    void removeUnconfirmed() throws IOException {
        unconfirmed.remove();
    }

    void write(LastGoodRevision revision) throws IOException {
        lastGood.write(Json.line(JSON.encode(revision)));
    }

    void write(SyncStatus.Events changed) throws IOException {
        events.write(Json.line(JSON.encode(changed)));
    }

    private static <T> Optional<T> read(DurableFile file, Class<T> type, int version) throws IOException {
        String text;
        try {
            text = file.read();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException(file.path() + " cannot be read: " + e, e);
        }
        try {
            JsonNode document = Json.read(text);
            int written = document.path("version").asInt();
            if (written != version) {
                throw new IOException("it has format " + written + ", and this version reads format " + version);
            }
            return Optional.of(JSON.decode(document, type));
        } catch (JsonProcessingException e) { // its message quotes the text
            throw new IOException(file.path() + " cannot be read: it is not JSON");
        } catch (IOException e) {
            throw new IOException(file.path() + " cannot be read: " + e.getMessage(), e);
        }
    }
}
