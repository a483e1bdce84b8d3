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
 * Follows a repository. Each sync asks for the newest revision and applies it, if the policy accepts it. A revision
 * that is at fault is not tried again until the ref moves; one that this host could not be brought to is. One thread at a time can sync; any thread can read the status.
 */
public final class Follower implements AutoCloseable {

    /**
     * The parameters, which do not change.
     *
     * @param secretsDirectory where the configuration can read secret files
     */
    public record Setup(
            SourceRef source,
            SourcePolicy policy,
            Optional<Path> secretsDirectory,
            SyncStateFiles files,
            Clock clock) {}

    /** Reads a configuration. */
    @FunctionalInterface
    public interface Reader {
        LoadedConfig read(Source source) throws ConfigException;
    }

    /** Characters kept of an error message and of what a revision's author wrote. */
    private static final int MAX_TEXT = 1000;

    private final Setup setup;
    private final ConfigSource source;
    private final Reader reader;
    private final HostLock lock;
    private final SyncStateStore state;

    private Follower(Setup setup, ConfigSource source, Reader reader, HostLock lock) {
        this.setup = setup;
        this.source = source;
        this.reader = reader;
        this.lock = lock;
        this.state = SyncStateStore.load(setup.source(), setup.files(), setup.clock());
    }

    /**
     * Loads the state that earlier processes left.
     *
     * @param source is closed with the follower, or if this fails
     * @return empty if another process on this host follows a repository
     * @throws IOException if the state directory cannot be used
     */
    public static Optional<Follower> open(Setup setup, ConfigSource source, Reader reader) throws IOException {
        boolean opened = false;
        try {
            setup.files().prepare();
            Optional<Follower> follower = HostLock.tryAcquire(setup.files().directory())
                    .map(lock -> new Follower(setup, source, reader, lock));
            opened = follower.isPresent();
            return follower;
        } finally {
            if (!opened) {
                source.close();
            }
        }
    }

    /** What the operator should know about the loaded state. */
    public List<String> notes() {
        return state.notes();
    }

    public SyncStatus status() {
        return state.status();
    }

    /** The id of the confirmation that a revision awaits, as of the last sync or the start. */
    public Optional<String> unconfirmedApply() {
        return state.unconfirmedApply();
    }

    /**
     * Reads the configuration of the revision in force; empty before the first of this repository.
     *
     * @throws ConfigException if it is not valid any more, for example because a secret file is missing
     */
    public Optional<LoadedConfig> lastGood() throws ConfigException {
        Optional<LastGoodRevision> good = status().lastGoodOfSource();
        return good.isPresent() ? Optional.of(reader.read(good.get().file())) : Optional.empty();
    }

    /**
     * Reads the configuration that this host was last brought to, in force or awaiting confirmation; empty before the first.
     *
     * @throws ConfigException as {@link #lastGood}
     */
    public Optional<LoadedConfig> applied() throws ConfigException {
        Optional<LastGoodRevision> applied = status().applied();
        return applied.isPresent() ? Optional.of(reader.read(applied.get().file())) : Optional.empty();
    }

    /**
     * Asks for the newest revision and applies it if it is new.
     *
     * @param retry whether to try a rejected revision again
     * @throws X as the target throws it; the state does not change then
     */
    public <X extends Exception> SyncResult sync(boolean retry, RevisionTarget<X> target) throws X {
        return sync(retry, Optional.empty(), target);
    }

    /**
     * As {@link #sync(boolean, RevisionTarget)}. A revision that awaits confirmation is in force once it is confirmed, and
     * rejected once it was rolled back.
     *
     * @param confirm id of the confirmation that the target asks for
     */
    public <X extends Exception> SyncResult sync(boolean retry, Optional<String> confirm, RevisionTarget<X> target)
            throws X {
        try {
            state.settle();
        } catch (IOException e) {
            return state.failed("it is unknown whether a revision awaits confirmation: " + e.getMessage());
        }
        Optional<SyncResult> undecided = state.undecided(false);
        if (undecided.isPresent()) {
            return undecided.get();
        }
        Optional<String> unreadable = state.lastGoodUnreadable();
        if (setup.policy().requireDescendant() && unreadable.isPresent()) {
            return state.failed(
                    unreadable.get()
                            + ", so it is unknown which revision the new one must descend from (remove the file to accept any)");
        }
        try {
            String head = source.head();
            if (isInForce(head)) {
                return state.unchanged();
            }
            Optional<RejectedRevision> rejected = status().events()
                    .rejected()
                    .filter(earlier -> earlier.revision().id().equals(head));
            if (rejected.isPresent() && rejected.get().rejection().isFinal() && !retry) {
                return state.stillRejected(rejected.get());
            }
            Optional<String> since =
                    status().lastGoodOfSource().map(good -> good.revision().id());
            Fetched fetched = source.fetch(setup.policy().requireDescendant() ? since : Optional.empty());
            return isInForce(fetched.revision().id()) ? state.unchanged() : evaluate(fetched, confirm, target);
        } catch (SourceException e) {
            return state.failed(printable(String.valueOf(e.getMessage())));
        }
    }

    /** A revision that was accepted under a weaker policy is evaluated again. */
    private boolean isInForce(String revision) {
        return status().lastGoodOfSource()
                .map(LastGoodRevision::revision)
                .filter(good -> good.id().equals(revision) && setup.policy().accepts(good.signature()))
                .isPresent();
    }

    private <X extends Exception> SyncResult evaluate(
            Fetched fetched, Optional<String> confirm, RevisionTarget<X> target) throws X {
        Revision revision = printable(fetched.revision());
        LastGoodRevision applied = new LastGoodRevision(
                LastGoodRevision.VERSION,
                setup.source(),
                revision,
                state.now(),
                setup.secretsDirectory().map(Path::toString),
                new String(fetched.content(), StandardCharsets.UTF_8));
        Optional<Rejection> rejection = setup.policy().check(revision, fetched.descends(), status().lastGoodOfSource());
        try {
            if (rejection.isEmpty()) {
                rejection = apply(fetched, applied, confirm, target);
            }
            if (rejection.isPresent()) {
                return state.rejected(new RejectedRevision(revision, state.now(), rejection.get()));
            }
            return state.applied(applied);
        } catch (IOException e) {
            return state.failed(state.cannotWrite(e) + "; nothing was changed");
        }
    }

    /** @throws IOException if the result could not be stored; then nothing is applied */
    private <X extends Exception> Optional<Rejection> apply(
            Fetched fetched, LastGoodRevision applied, Optional<String> confirm, RevisionTarget<X> target)
            throws X, IOException {
        String name = setup.source().fileAt(applied.revision().id());
        LoadedConfig file;
        try {
            file = reader.read(new Source(name, fetched.content(), SecretPlaces.under(setup.secretsDirectory())));
        } catch (ConfigException e) {
            return Optional.of(Rejection.of(
                    Rejection.Kind.CONFIGURATION,
                    e.problems().stream().map(Problem::toString).toList()));
        }
        if (confirm.isPresent()) {
            state.applying(new UnconfirmedRevision(UnconfirmedRevision.VERSION, confirm.get(), applied));
        }
        boolean decided = false;
        try {
            state.writeEvents();
            Optional<Rejection> rejection = target.apply(file, name);
            decided = true;
            return rejection;
        } finally {
            if (!decided) {
                state.notApplied();
            }
        }
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

    /** @throws IOException if the time of the last contact cannot be stored */
    @Override
    public void close() throws IOException {
        try (source;
                lock) {
            state.close();
        }
    }
}
