package io.ipipou.agent.follow;

import io.ipipou.agent.event.Event;
import io.ipipou.core.source.LastGoodRevision;
import io.ipipou.core.source.RejectedRevision;
import io.ipipou.core.source.SyncResult;
import io.ipipou.core.source.SyncStatus;
import org.slf4j.Logger;

/** Logs what rounds come to, each thing once: a source that is down for a night is two lines. For one thread at a time. */
final class SyncLog {

    private final Logger log;
    private boolean isTroubled;

    SyncLog(Logger log) {
        this.log = log;
    }

    /** @param after how the host stands after the round */
    void tell(SyncResult round, SyncStatus after) {
        boolean wasTroubled = isTroubled;
        isTroubled = round instanceof SyncResult.Troubled;
        if (round instanceof SyncResult.Troubled troubled && !wasTroubled) {
            Event.SOURCE_LOST.log(log, troubled.message(), stays(after));
        } else if (wasTroubled && !isTroubled) {
            Event.SOURCE_BACK.log(log, after.place());
        }
        if (round instanceof SyncResult.InForce inForce && inForce.fresh()) {
            LastGoodRevision good = inForce.good();
            Event.REVISION_APPLIED.log(log, good.name(), good.revision().author());
        } else if (round instanceof SyncResult.Declined declined && declined.fresh()) {
            RejectedRevision refused = declined.refused();
            Event.REVISION_REFUSED.log(
                    log,
                    after.place().fileOf(refused.revision().id()),
                    refused.revision().author(),
                    refused.objection().reason(),
                    stays(after));
        }
    }

    private static String stays(SyncStatus standing) {
        return standing.good().map(good -> good.name() + " stays in force").orElse("no revision was in force before");
    }
}
