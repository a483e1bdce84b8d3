package io.ipipou.core.source;

import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.Signature;
import java.util.Optional;

/**
 * What this host demands of a revision before it looks at the file.
 *
 * @param requireSignature that somebody signed it whom this host trusts
 * @param requireDescendant that it descends from the one in force: history is not rewritten
 */
public record SourcePolicy(boolean requireSignature, boolean requireDescendant) {

    public static final SourcePolicy NONE = new SourcePolicy(false, false);

    /**
     * @param descends whether it descends from the one in force
     * @param good the revision in force; empty before the first, which descends from anything
     */
    Optional<Rejection> check(Revision revision, boolean descends, Optional<LastGoodRevision> good) {
        Signature signature = revision.signature();
        if (!accepts(signature)) {
            return check("is not signed by anyone this host trusts: "
                    + (signature.signer().isEmpty() ? "" : signature.signer() + ": ")
                    + signature.detail());
        }
        if (requireDescendant && good.isPresent() && !descends) {
            return check("does not descend from "
                    + SourceRef.shortId(good.get().revision().id())
                    + ", which is in force: the history was rewritten, or goes back");
        }
        return Optional.empty();
    }

    boolean accepts(Signature signature) {
        return !requireSignature || signature.isTrusted();
    }

    private static Optional<Rejection> check(String reason) {
        return Optional.of(new Rejection(Rejection.Kind.POLICY, reason));
    }
}
