package io.ipipou.core.source;

import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.Signature;
import java.util.Optional;

/**
 * What this host requires of a revision before it reads the file.
 *
 * @param requireSignature whether a trusted key must have signed it
 * @param requireDescendant whether it must descend from the revision in force, so that history cannot be rewritten
 */
public record SourcePolicy(boolean requireSignature, boolean requireDescendant) {

    public static final SourcePolicy NONE = new SourcePolicy(false, false);

    /**
     * @param descends whether it descends from the one in force
     * @param good the revision in force; empty before the first
     */
    Optional<Rejection> check(Revision revision, boolean descends, Optional<LastGoodRevision> good) {
        Signature signature = revision.signature();
        if (!accepts(signature)) {
            return rejection("has no trusted signature: "
                    + (signature.signer().isEmpty() ? "" : signature.signer() + ": ")
                    + signature.detail());
        }
        if (requireDescendant && good.isPresent() && !descends) {
            return rejection("does not descend from "
                    + SourceRef.shortId(good.get().revision().id())
                    + ", which is in force: the history was rewritten, or the ref points to an older commit");
        }
        return Optional.empty();
    }

    boolean accepts(Signature signature) {
        return !requireSignature || signature.isTrusted();
    }

    private static Optional<Rejection> rejection(String reason) {
        return Optional.of(new Rejection(Rejection.Kind.POLICY, reason));
    }
}
