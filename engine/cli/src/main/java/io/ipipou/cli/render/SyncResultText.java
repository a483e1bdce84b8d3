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

/** The result of a sync with a repository, for people, and its exit status. */
public final class SyncResultText {

    private SyncResultText() {}

    /** @param after the status after the sync */
    public static String of(SyncResult result, SyncStatus after) {
        if (result instanceof SyncResult.InForce inForce) {
            return describe(after.source(), inForce.revision().revision()) + ", is in force";
        }
        if (result instanceof SyncResult.Unconfirmed unconfirmed) {
            return describe(after.source(), unconfirmed.revision().revision()) + ", awaits confirmation";
        }
        if (result instanceof SyncResult.Rejected declined) {
            return rejected(declined, after);
        }
        return ((SyncResult.Failed) result).message() + "\n" + stillInForce(after);
    }

    private static String rejected(SyncResult.Rejected declined, SyncStatus after) {
        RejectedRevision rejected = declined.revision();
        String revision = describe(after.source(), rejected.revision());
        String reason = rejected.rejection().reason();
        if (!rejected.rejection().isFinal()) {
            return revision + ", could not be applied, and is tried again at the next pull:\n" + reason + "\n"
                    + stillInForce(after);
        }
        return declined.isNew()
                ? revision + ", is rejected:\n" + reason + "\n" + stillInForce(after)
                : revision + ", was rejected at " + rejected.at() + ":\n" + reason + "\n" + stillInForce(after)
                        + " (push another revision to " + after.source().ref()
                        + ", or try this one again with ipipou pull --retry)";
    }

    public static ExitCode exitCode(SyncResult result) {
        if (result instanceof SyncResult.InForce) {
            return ExitCode.OK;
        }
        if (result instanceof SyncResult.Unconfirmed) {
            return ExitCode.CHANGES;
        }
        return result instanceof SyncResult.Rejected declined
                        && declined.revision().rejection().kind() == Rejection.Kind.CONFIGURATION
                ? ExitCode.BAD_CONFIGURATION
                : ExitCode.FAILED;
    }

    private static String stillInForce(SyncStatus status) {
        return status.nameInForce().map(name -> name + " stays in force").orElse("no revision is in force");
    }

    private static String describe(SourceRef source, Revision revision) {
        return source.fileAt(revision.id()) + " by " + revision.author() + ", " + revision.time() + ", "
                + signature(revision.signature());
    }

    private static String signature(Signature signature) {
        return switch (signature.status()) {
            case TRUSTED -> "signed by " + signature.signer();
            case NONE -> "not signed";
            case UNTRUSTED, BAD ->
                "signature not trusted (" + signature.detail()
                        + (signature.signer().isEmpty() ? "" : ": " + signature.signer()) + ")";
        };
    }

    /** Name of the revision in force, for plans. */
    public static String name(SyncStatus status) {
        return status.lastGoodOfSource()
                .map(LastGoodRevision::name)
                .orElse(status.source().path());
    }
}
