package io.ipipou.agent.follow;

import io.ipipou.agent.event.Event;
import io.ipipou.core.source.Good;
import io.ipipou.core.source.Refused;
import io.ipipou.core.source.Round;
import io.ipipou.core.source.Standing;
import org.slf4j.Logger;

/** Logs what rounds come to, each thing once: a source that is down for a night is two lines. For one thread at a time. */
final class RoundLog {

    private final Logger log;
    private boolean isTroubled;

    RoundLog(Logger log) {
        this.log = log;
    }

    /** @param after how the host stands after the round */
    void tell(Round round, Standing after) {
        boolean wasTroubled = isTroubled;
        isTroubled = round instanceof Round.Troubled;
        if (round instanceof Round.Troubled troubled && !wasTroubled) {
            Event.SOURCE_LOST.log(log, troubled.message(), stays(after));
        } else if (wasTroubled && !isTroubled) {
            Event.SOURCE_BACK.log(log, after.place());
        }
        if (round instanceof Round.InForce inForce && inForce.fresh()) {
            Good good = inForce.good();
            Event.REVISION_APPLIED.log(log, good.name(), good.revision().author());
        } else if (round instanceof Round.Declined declined && declined.fresh()) {
            Refused refused = declined.refused();
            Event.REVISION_REFUSED.log(
                    log,
                    after.place().fileOf(refused.revision().id()),
                    refused.revision().author(),
                    refused.objection().reason(),
                    stays(after));
        }
    }

    private static String stays(Standing standing) {
        return standing.good().map(good -> good.name() + " stays in force").orElse("no revision was in force before");
    }
}
