package io.ipipou.core.source;

/** What came of asking the source once. */
public sealed interface SyncResult {

    /**
     * The newest revision is in force.
     *
     * @param fresh whether it was put in force by this round; otherwise it was before
     */
    record InForce(LastGoodRevision revision, boolean isNew) implements SyncResult {}

    /**
     * The newest revision was refused; what was in force before stays so.
     *
     * @param fresh whether it was this round that tried it
     */
    record Rejected(RejectedRevision revision, boolean isNew) implements SyncResult {}

    /**
     * The source could not be had, or this host could not remember; what was in force stays so, unless the message says
     * otherwise.
     */
    record Failed(String message) implements SyncResult {}
}
