package io.ipipou.source.git;

import io.ipipou.source.git.signature.SignatureVerifier;
import io.ipipou.spi.Printable;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.Signature.Status;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.time.Instant;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevTag;

/**
 * Whose signature a revision has. That of the commit counts; where a tag is followed, that of the tag does too, if it is
 * of a tag of this name: else an old tag could be shown under a new one's name.
 */
final class RevisionSignature {

    private final ObjectReader reader;
    private final SignatureVerifier signatures;

    RevisionSignature(ObjectReader reader, SignatureVerifier signatures) {
        this.reader = reader;
        this.signatures = signatures;
    }

    Signature of(RevCommit commit, Ref tip) throws IOException, SourceException {
        Signature own = signatures.ofCommit(
                raw(commit, Constants.OBJ_COMMIT), commit.getCommitterIdent().getWhenAsInstant());
        boolean annotated = reader.open(tip.getObjectId()).getType() == Constants.OBJ_TAG;
        if (own.status() == Status.BAD || !annotated) {
            return own;
        }
        Signature tags = ofTag(tip);
        boolean tagDecides = tags.status() == Status.BAD || (!own.isTrusted() && tags.status() != Status.NONE);
        return tagDecides ? tags : own;
    }

    private Signature ofTag(Ref tip) throws IOException, SourceException {
        byte[] raw = raw(tip.getObjectId(), Constants.OBJ_TAG);
        RevTag tag = RevTag.parse(raw);
        PersonIdent tagger = tag.getTaggerIdent();
        Signature found = signatures.ofTag(raw, tagger == null ? Instant.EPOCH : tagger.getWhenAsInstant());
        String name = Repository.shortenRefName(tip.getName());
        if (found.isTrusted() && !name.equals(tag.getTagName())) {
            return new Signature(
                    Status.UNTRUSTED,
                    found.signer(),
                    "it is of a tag " + Printable.line(tag.getTagName()) + ", not of " + name);
        }
        return found;
    }

    private byte[] raw(ObjectId id, int type) throws IOException {
        return reader.open(id, type).getCachedBytes();
    }
}
