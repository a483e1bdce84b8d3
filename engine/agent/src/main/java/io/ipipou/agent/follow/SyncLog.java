package io.ipipou.agent.follow;

import io.ipipou.agent.event.Event;
import io.ipipou.core.source.LastGoodRevision;
import io.ipipou.core.source.RejectedRevision;
import io.ipipou.core.source.SyncResult;
import io.ipipou.core.source.SyncStatus;
import org.slf4j.Logger;

/** Logs the results of syncs, each once: a source that is down for a night is two lines. For one thread at a time. */
final class SyncLog {

    private final Logger log;
    private boolean unreachable;

    SyncLog(Logger log) {
        this.log = log;
    }

    /** @param after the status after the sync */
    void log(SyncResult result, SyncStatus after) {
        boolean wasUnreachable = unreachable;
        unreachable = result instanceof SyncResult.Failed;
        if (result instanceof SyncResult.Failed failed && !wasUnreachable) {
            Event.SOURCE_UNREACHABLE.log(log, failed.message(), inForce(after));
        } else if (wasUnreachable && !unreachable) {
            Event.SOURCE_REACHABLE.log(log, after.source());
        }
        if (result instanceof SyncResult.InForce inForce && inForce.isNew()) {
            logApplied(inForce.revision());
        } else if (result instanceof SyncResult.Unconfirmed unconfirmed && unconfirmed.isNew()) {
            logApplied(unconfirmed.revision());
        } else if (result instanceof SyncResult.Rejected rejected && rejected.isNew()) {
            RejectedRevision revision = rejected.revision();
            Event.REVISION_REJECTED.log(
                    log,
                    after.source().fileAt(revision.revision().id()),
                    revision.revision().author(),
                    revision.rejection().reason(),
                    inForce(after));
        }
    }

    private void logApplied(LastGoodRevision revision) {
        Event.REVISION_APPLIED.log(log, revision.name(), revision.revision().author());
    }

    private static String inForce(SyncStatus status) {
        return status.nameInForce().map(name -> name + " stays in force").orElse("no revision is in force yet");
    }
}
