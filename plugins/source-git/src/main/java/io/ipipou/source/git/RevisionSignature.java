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
 * The signature of a revision: the commit's, or that of the annotated tag that the ref names. The tag's counts only
 * under the name that is signed in it; otherwise a server could offer an old tag under a new name.
 */
record RevisionSignature(ObjectReader reader, SignatureVerifier signatures) {

    Signature of(RevCommit commit, Ref tip) throws IOException, SourceException {
        Signature ofCommit = signatures.ofCommit(
                raw(commit, Constants.OBJ_COMMIT), commit.getCommitterIdent().getWhenAsInstant());
        boolean isTag = reader.open(tip.getObjectId()).getType() == Constants.OBJ_TAG;
        if (ofCommit.status() == Status.BAD || !isTag) {
            return ofCommit;
        }
        Signature ofTag = ofTag(tip);
        boolean tagDecides = ofTag.status() == Status.BAD || (!ofCommit.isTrusted() && ofTag.status() != Status.NONE);
        return tagDecides ? ofTag : ofCommit;
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
                    "the signature is of tag " + Printable.line(tag.getTagName()) + ", not of " + name);
        }
        return found;
    }

    private byte[] raw(ObjectId id, int type) throws IOException {
        return reader.open(id, type).getCachedBytes();
    }
}
