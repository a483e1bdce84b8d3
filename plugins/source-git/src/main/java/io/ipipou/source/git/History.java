package io.ipipou.source.git;

import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Whether a revision descends from another. Gets no more of the history than it takes to know. */
final class History {

    private static final int FIRST_STEP = 16;
    private static final int FACTOR = 16;

    private final LimitedRepository local;
    private final Remote remote;
    private final Limits limits;

    History(LimitedRepository local, Remote remote, Limits limits) {
        this.local = local;
        this.remote = remote;
        this.limits = limits;
    }

    /** Also no where the other one is not found within the {@link Limits}. */
    boolean descends(ObjectId revision, ObjectId from) throws IOException, SourceException {
        if (reaches(revision, from)) {
            return true;
        }
        for (int depth = FIRST_STEP; depth <= limits.commits() && isShallow(); depth *= FACTOR) {
            remote.fetch(local, depth);
            if (reaches(revision, from)) {
                return true;
            }
        }
        return false;
    }

    private boolean isShallow() throws IOException {
        return !local.getObjectDatabase().getShallowCommits().isEmpty();
    }

    private boolean reaches(ObjectId revision, ObjectId from) throws IOException {
        try (RevWalk walk = new RevWalk(local)) {
            RevCommit ancestor;
            try {
                ancestor = walk.parseCommit(from);
            } catch (MissingObjectException e) {
                return false;
            }
            return walk.isMergedInto(ancestor, walk.parseCommit(revision));
        }
    }
}
