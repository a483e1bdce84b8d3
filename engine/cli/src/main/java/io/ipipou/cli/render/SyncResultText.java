package io.ipipou.cli.render;

import io.ipipou.cli.process.ExitCode;
import io.ipipou.core.source.LastGoodRevision;
import io.ipipou.core.source.RejectedRevision;
import io.ipipou.core.source.Rejection;
import io.ipipou.core.source.SourceRef;
import io.ipipou.core.source.SyncResult;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.Signature;

/** How commands tell what came of asking a source, and what that means for their exit status. */
public final class SyncResultText {

    private SyncResultText() {}

    /** @param after how the host stands after it */
    public static String of(SyncResult round, SyncStatus after) {
        if (round instanceof SyncResult.InForce inForce) {
            return told(after.place(), inForce.good().revision()) + " is in force";
        }
        if (round instanceof SyncResult.Declined declined) {
            RejectedRevision refused = declined.refused();
            return told(after.place(), refused.revision()) + " is refused"
                    + (declined.fresh() ? "" : " since " + refused.at())
                    + ":\n" + refused.objection().reason() + "\n"
                    + stays(after)
                    + (declined.fresh()
                            ? ""
                            : "; until " + after.place().ref() + " moves, only pull --retry tries the other again");
        }
        return ((SyncResult.Troubled) round).message() + "\n" + stays(after);
    }

    public static ExitCode exitCode(SyncResult round) {
        if (round instanceof SyncResult.InForce) {
            return ExitCode.OK;
        }
        return round instanceof SyncResult.Declined declined
                        && declined.refused().objection().kind() == Rejection.Kind.CONFIGURATION
                ? ExitCode.BAD_CONFIGURATION
                : ExitCode.FAILED;
    }

    private static String stays(SyncStatus standing) {
        return standing.good().map(good -> good.name() + " stays in force").orElse("no revision was in force before");
    }

    private static String told(SourceRef place, Revision revision) {
        return place.fileOf(revision.id()) + " by " + revision.author() + " of " + revision.time() + ", "
                + signature(revision.signature()) + ",";
    }

    /** As the end of a sentence. */
    public static String signature(Signature signature) {
        return switch (signature.status()) {
            case TRUSTED -> "signed by " + signature.signer();
            case NONE -> "not signed";
            case UNTRUSTED, BAD ->
                "not signed by anyone trusted (" + signature.detail()
                        + (signature.signer().isEmpty() ? "" : ": " + signature.signer()) + ")";
        };
    }

    /** What a plan calls it. */
    public static String name(SyncStatus standing) {
        return standing.good()
                .map(LastGoodRevision::name)
                .orElse(standing.place().path());
    }
}
