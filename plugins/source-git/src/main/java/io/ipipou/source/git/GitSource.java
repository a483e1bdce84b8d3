package io.ipipou.source.git;

import io.ipipou.source.git.signature.SignatureVerifier;
import io.ipipou.spi.Printable;
import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Fetched;
import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file of a repository. A revision's id is its commit's, also where a tag is followed. */
final class GitSource implements ConfigSource {

    private static final Logger LOG = LoggerFactory.getLogger(GitSource.class);

    private final RepositoryUrl address;
    private final Access access;
    private final FilePath path;
    private final Location location;
    private final Limits limits;
    private final SignatureVerifier signatures;
    private final Remote remote;
    private final Cache cache;
    private final Worker worker;

    private GitSource(Location location, RepositoryUrl address, Access access, Limits limits) throws SourceException {
        this.location = location;
        this.address = address;
        this.access = access;
        this.limits = limits;
        this.path = FilePath.parse(location.path());
        this.signatures = SignatureVerifier.of(location.trust());
        this.remote = new Remote(address, RefName.parse(location.ref()), access, location.patience());
        this.cache = new Cache(location.cache(), limits);
        this.worker = new Worker(location.patience());
    }

    static GitSource of(Location location) throws SourceException {
        return of(location, Limits.STANDARD);
    }

    static GitSource of(Location location, Limits limits) throws SourceException {
        Isolation.ensure();
        RepositoryUrl address = RepositoryUrl.parse(location.address());
        return new GitSource(location, address, Access.of(address, location), limits);
    }

    @Override
    public String head() throws SourceException {
        return ask(local -> {
            Ref tip = remote.look(local);
            ObjectId peeled = tip.getPeeledObjectId();
            return (peeled == null ? tip.getObjectId() : peeled).name();
        });
    }

    @Override
    public Fetched fetch(Optional<String> since) throws SourceException {
        return ask(local -> fetched(local, since));
    }

    private Fetched fetched(LimitedRepository local, Optional<String> since) throws IOException, SourceException {
        Ref tip = remote.fetch(local, 1);
        try (RevWalk walk = new RevWalk(local)) {
            RevCommit commit = commit(walk, tip);
            byte[] content = new TreeFile(walk.getObjectReader(), path, location.maxBytes()).read(commit.getTree());
            boolean descends = since.isEmpty()
                    || new History(local, remote, limits).descends(commit, ObjectId.fromString(since.orElseThrow()));
            return new Fetched(revision(walk.getObjectReader(), commit, tip), path.toString(), content, descends);
        }
    }

    private static RevCommit commit(RevWalk walk, Ref tip) throws IOException, SourceException {
        try {
            return walk.parseCommit(tip.getObjectId());
        } catch (IncorrectObjectTypeException e) {
            throw new SourceException(tip.getName() + " is no commit, but a file or tree (tag a commit)");
        }
    }

    private Revision revision(ObjectReader reader, RevCommit commit, Ref tip) throws IOException, SourceException {
        PersonIdent author = commit.getAuthorIdent();
        return new Revision(
                commit.name(),
                Printable.line(author.getName() + " <" + author.getEmailAddress() + ">"),
                commit.getCommitterIdent().getWhenAsInstant(),
                new RevisionSignature(reader, signatures).of(commit, tip));
    }

    private interface Question<T> {
        T answer(LimitedRepository local) throws IOException, SourceException;
    }

    private <T> T ask(Question<T> question) throws SourceException {
        try {
            return worker.call(() -> askThrough(question));
        } catch (SourceException e) {
            throw new SourceException(address + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new SourceException(address + ": " + new FailureMessage(address, location, access).about(e), e);
        }
    }

    /** What is wrong with the cache mends itself, once. */
    private <T> T askThrough(Question<T> question) throws IOException, SourceException {
        boolean used = cache.exists();
        try (LimitedRepository local = cache.open()) {
            return question.answer(local);
        } catch (IOException | RuntimeException e) {
            if (!used || !FailureMessage.mayBeTheCache(e)) {
                throw e;
            }
            LOG.warn("{} is damaged, and is made anew: {}", cache, Printable.line(e.toString()));
        }
        cache.discard();
        try (LimitedRepository local = cache.open()) {
            return question.answer(local);
        }
    }

    @Override
    public void close() {
        worker.close();
        access.close();
    }
}
