package io.ipipou.core.source;

import io.ipipou.core.apply.HostLock;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.config.Problem;
import io.ipipou.core.config.SecretPlaces;
import io.ipipou.core.config.Source;
import io.ipipou.spi.Printable;
import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Fetched;
import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Has a host follow a source, a round at a time, and remembers how it stands. A revision is put in force when it is
 * what the policy demands and the host takes it; one that was refused is not tried again until the ref moves. Rounds
 * are for one thread at a time, all else for any.
 */
public final class Follower implements AutoCloseable {

    /**
     * What does not change while it is followed.
     *
     * @param secretsDirectory where the file's secrets may be read from
     */
    public record Setup(
            SourceRef source,
            SourcePolicy policy,
            Optional<Path> secretsDirectory,
            SyncStateFiles files,
            Clock clock) {}

    /** How a file is read. */
    @FunctionalInterface
    public interface Reader {
        LoadedConfig read(Source source) throws ConfigException;
    }

    /** Characters kept of an error message and of what a revision's author wrote. */
    private static final int MAX_TEXT = 1000;

    private final Setup setup;
    private final ConfigSource source;
    private final Reader reading;
    private final HostLock lock;
    private final SyncStateStore memory;

    private Follower(Setup setup, ConfigSource source, Reader reading, HostLock lock) {
        this.setup = setup;
        this.source = source;
        this.reading = reading;
        this.lock = lock;
        this.memory = SyncStateStore.load(setup.source(), setup.files(), setup.clock());
    }

    /**
     * Takes up what earlier runs remembered.
     *
     * @param source is closed with this, or when this fails
     * @return empty when another run follows a source on this host
     * @throws IOException if the state directory cannot be used
     */
    public static Optional<Follower> open(Setup setup, ConfigSource source, Reader reading) throws IOException {
        boolean opened = false;
        try {
            setup.files().prepare();
            Optional<Follower> follower = HostLock.tryAcquire(setup.files().directory())
                    .map(lock -> new Follower(setup, source, reading, lock));
            opened = follower.isPresent();
            return follower;
        } finally {
            if (!opened) {
                source.close();
            }
        }
    }

    /** What the operator should know of what was remembered. */
    public List<String> notes() {
        return memory.notes();
    }

    public SyncStatus status() {
        return memory.standing();
    }

    /**
     * Reads the file of the revision in force; empty before the first.
     *
     * @throws ConfigException if it is right no longer: a secret is gone, say
     */
    public Optional<LoadedConfig> lastGood() throws ConfigException {
        Optional<LastGoodRevision> good = status().lastGood();
        return good.isPresent() ? Optional.of(reading.read(good.get().file())) : Optional.empty();
    }

    /**
     * Asks the source, and puts in force what is new.
     *
     * @param again whether a revision that was refused is tried once more
     * @throws X what the target throws; nothing is remembered then
     */
    public <X extends Exception> SyncResult sync(boolean again, RevisionTarget<X> target) throws X {
        Optional<String> unknown = memory.goodUnknown();
        if (setup.policy().requireDescendant() && unknown.isPresent()) {
            return memory.troubled(
                    unknown.get()
                            + ": so it is not known what a revision has to descend from (remove it to accept what is there now)");
        }
        try {
            String head = source.head();
            if (isInForce(head)) {
                return memory.stays();
            }
            Optional<RejectedRevision> before = status().events()
                    .rejected()
                    .filter(refused -> refused.revision().id().equals(head));
            if (before.isPresent() && !again) {
                return memory.declined(before.get(), false);
            }
            Optional<String> since =
                    status().lastGood().map(good -> good.revision().id());
            Fetched fetched = source.fetch(setup.policy().requireDescendant() ? since : Optional.empty());
            return isInForce(fetched.revision().id()) ? memory.stays() : consider(fetched, target);
        } catch (SourceException e) {
            return memory.troubled(printable(String.valueOf(e.getMessage())));
        }
    }

    /** One that was accepted under another policy is looked at again. */
    private boolean isInForce(String revision) {
        return status().lastGood()
                .map(LastGoodRevision::revision)
                .filter(good -> good.id().equals(revision) && setup.policy().accepts(good.signature()))
                .isPresent();
    }

    private <X extends Exception> SyncResult consider(Fetched fetched, RevisionTarget<X> target) throws X {
        Revision revision = printable(fetched.revision());
        Optional<Rejection> objection = setup.policy().check(revision, fetched.descends(), status().lastGood());
        if (objection.isEmpty()) {
            try {
                objection = tryOut(fetched, setup.source().fileAt(revision.id()), target);
            } catch (IOException e) {
                return memory.troubled(memory.cannotRemember(e) + "; nothing was changed");
            }
        }
        return objection.isPresent()
                ? memory.declined(new RejectedRevision(revision, memory.now(), objection.get()), true)
                : memory.accepted(new LastGoodRevision(
                        LastGoodRevision.VERSION,
                        setup.source(),
                        revision,
                        memory.now(),
                        setup.secretsDirectory().map(Path::toString),
                        new String(fetched.content(), StandardCharsets.UTF_8)));
    }

    /** @throws IOException if what comes of it could not be remembered: then it is better not begun */
    private <X extends Exception> Optional<Rejection> tryOut(Fetched fetched, String name, RevisionTarget<X> target)
            throws X, IOException {
        LoadedConfig file;
        try {
            file = reading.read(new Source(name, fetched.content(), SecretPlaces.under(setup.secretsDirectory())));
        } catch (ConfigException e) {
            return Optional.of(Rejection.of(
                    Rejection.Kind.CONFIGURATION,
                    e.problems().stream().map(Problem::toString).toList()));
        }
        memory.probe();
        return target.apply(file, name);
    }

    private static String printable(String text) {
        return Printable.line(text, MAX_TEXT);
    }

    private static Revision printable(Revision revision) {
        Signature signature = revision.signature();
        return new Revision(
                printable(revision.id()),
                printable(revision.author()),
                revision.time(),
                new Signature(signature.status(), printable(signature.signer()), printable(signature.detail())));
    }

    /** @throws IOException if the time of the last contact cannot be remembered */
    @Override
    public void close() throws IOException {
        try (source;
                lock) {
            memory.close();
        }
    }
}
