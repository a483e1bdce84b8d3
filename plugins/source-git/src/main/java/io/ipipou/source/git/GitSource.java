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

/** One file of a repository. A revision's id is its commit's, also when the ref is a tag. */
final class GitSource implements ConfigSource {

    private static final Logger LOG = LoggerFactory.getLogger(GitSource.class);

    private final Location location;
    private final RepositoryUrl url;
    private final Access access;
    private final Limits limits;
    private final TreeFile file;
    private final SignatureVerifier signatures;
    private final Remote remote;
    private final Cache cache;
    private final Worker worker;

    private GitSource(Location location, RepositoryUrl url, Access access, Limits limits) throws SourceException {
        this.location = location;
        this.url = url;
        this.access = access;
        this.limits = limits;
        this.file = TreeFile.parse(location.path());
        this.signatures = SignatureVerifier.of(location.trust());
        this.remote = new Remote(url, RefName.parse(location.ref()), access, location.timeout());
        this.cache = new Cache(location.cache(), limits);
        this.worker = new Worker(location.timeout());
    }

    static GitSource of(Location location, Limits limits) throws SourceException {
        Isolation.ensure();
        RepositoryUrl url = RepositoryUrl.parse(location.address());
        return new GitSource(location, url, Access.of(url, location), limits);
    }

    @Override
    public String head() throws SourceException {
        return run(local -> {
            Ref tip = remote.tip(local);
            ObjectId peeled = tip.getPeeledObjectId();
            return (peeled == null ? tip.getObjectId() : peeled).name();
        });
    }

    @Override
    public Fetched fetch(Optional<String> since) throws SourceException {
        return run(local -> fetch(local, since));
    }

    private Fetched fetch(LimitedRepository local, Optional<String> since) throws IOException, SourceException {
        Ref tip = remote.fetch(local, 1);
        try (RevWalk walk = new RevWalk(local)) {
            RevCommit commit = commit(walk, tip);
            byte[] content = file.read(walk.getObjectReader(), commit.getTree(), location.maxBytes());
            boolean descends = since.isEmpty()
                    || new History(local, remote, limits).descends(commit, ObjectId.fromString(since.orElseThrow()));
            return new Fetched(revision(walk.getObjectReader(), commit, tip), file.toString(), content, descends);
        }
    }

    private static RevCommit commit(RevWalk walk, Ref tip) throws IOException, SourceException {
        try {
            return walk.parseCommit(tip.getObjectId());
        } catch (IncorrectObjectTypeException e) {
            throw new SourceException(tip.getName() + " is not a commit, but a file or tree (tag a commit)");
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

    private interface Task<T> {
        T run(LimitedRepository local) throws IOException, SourceException;
    }

    private <T> T run(Task<T> task) throws SourceException {
        try {
            return worker.call(() -> runWithCache(task));
        } catch (SourceException e) {
            throw new SourceException(url + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new SourceException(url + ": " + new FailureMessage(url, location, access).of(e), e);
        }
    }

    /** Tries once more with an empty cache if the cache can be what failed. */
    private <T> T runWithCache(Task<T> task) throws IOException, SourceException {
        boolean used = cache.exists();
        try (LimitedRepository local = cache.open()) {
            return task.run(local);
        } catch (IOException | RuntimeException e) {
            if (!used || !FailureMessage.canBeTheCache(e)) {
                throw e;
            }
            LOG.warn("{} is damaged and is recreated: {}", cache, Printable.line(e.toString()));
        }
        cache.discard();
        try (LimitedRepository local = cache.open()) {
            return task.run(local);
        }
    }

    @Override
    public void close() {
        worker.close();
        access.close();
    }
}
