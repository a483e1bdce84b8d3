package io.ipipou.source.git;

import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Whether a revision descends from another. Fetches no more of the history than that takes. */
record History(LimitedRepository local, Remote remote, Limits limits) {

    private static final int FIRST_STEP = 16;
    private static final int FACTOR = 16;

    /** False as well if the ancestor is not found within the {@link Limits}. */
    boolean descends(ObjectId revision, ObjectId ancestor) throws IOException, SourceException {
        if (reaches(revision, ancestor)) {
            return true;
        }
        for (int depth = FIRST_STEP; depth <= limits.commits() && isShallow(); depth *= FACTOR) {
            remote.fetch(local, depth);
            if (reaches(revision, ancestor)) {
                return true;
            }
        }
        return false;
    }

    private boolean isShallow() throws IOException {
        return !local.getObjectDatabase().getShallowCommits().isEmpty();
    }

    private boolean reaches(ObjectId revision, ObjectId ancestor) throws IOException {
        try (RevWalk walk = new RevWalk(local)) {
            RevCommit found;
            try {
                found = walk.parseCommit(ancestor);
            } catch (MissingObjectException e) {
                return false;
            }
            return walk.isMergedInto(found, walk.parseCommit(revision));
        }
    }
}
