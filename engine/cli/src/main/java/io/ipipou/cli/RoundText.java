package io.ipipou.cli;

import io.ipipou.core.source.Good;
import io.ipipou.core.source.Objection;
import io.ipipou.core.source.Place;
import io.ipipou.core.source.Refused;
import io.ipipou.core.source.Round;
import io.ipipou.core.source.Standing;
import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.Signature;

/** How commands tell what came of asking a source, and what that means for their exit status. */
final class RoundText {

    private RoundText() {}

    /** @param after how the host stands after it */
    static String of(Round round, Standing after) {
        if (round instanceof Round.InForce inForce) {
            return told(after.place(), inForce.good().revision()) + " is in force";
        }
        if (round instanceof Round.Declined declined) {
            Refused refused = declined.refused();
            return told(after.place(), refused.revision()) + " is refused"
                    + (declined.fresh() ? "" : " since " + refused.at())
                    + ":\n" + refused.objection().reason() + "\n"
                    + stays(after)
                    + (declined.fresh()
                            ? ""
                            : "; until " + after.place().ref() + " moves, only pull --retry tries the other again");
        }
        return ((Round.Troubled) round).message() + "\n" + stays(after);
    }

    static ExitCode exitCode(Round round) {
        if (round instanceof Round.InForce) {
            return ExitCode.OK;
        }
        return round instanceof Round.Declined declined
                        && declined.refused().objection().kind() == Objection.Kind.CONFIGURATION
                ? ExitCode.BAD_CONFIGURATION
                : ExitCode.FAILED;
    }

    private static String stays(Standing standing) {
        return standing.good().map(good -> good.name() + " stays in force").orElse("no revision was in force before");
    }

    private static String told(Place place, Revision revision) {
        return place.fileOf(revision.id()) + " by " + revision.author() + " of " + revision.time() + ", "
                + signature(revision.signature()) + ",";
    }

    /** As the end of a sentence. */
    static String signature(Signature signature) {
        return switch (signature.status()) {
            case TRUSTED -> "signed by " + signature.signer();
            case NONE -> "not signed";
            case UNTRUSTED, BAD ->
                "not signed by anyone trusted (" + signature.detail()
                        + (signature.signer().isEmpty() ? "" : ": " + signature.signer()) + ")";
        };
    }

    /** What a plan calls it. */
    static String name(Standing standing) {
        return standing.good().map(Good::name).orElse(standing.place().path());
    }
}
