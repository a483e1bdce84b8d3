package io.ipipou.core.source;

/** The result of one sync. */
public sealed interface SyncResult {

    /**
     * The newest revision is in force.
     *
     * @param isNew whether this sync applied it
     */
    record InForce(LastGoodRevision revision, boolean isNew) implements SyncResult {}

    /**
     * A revision is applied and awaits confirmation. Until that is decided, nothing else is.
     *
     * @param isNew whether this sync applied it
     */
    record Unconfirmed(LastGoodRevision revision, boolean isNew) implements SyncResult {}

    /**
     * The newest revision was rejected. The revision in force stays.
     *
     * @param isNew whether this sync tried it
     */
    record Rejected(RejectedRevision revision, boolean isNew) implements SyncResult {}

    /**
     * The repository could not be reached, or the sync state not be written. The message says which revision is in
     * force.
     */
    record Failed(String message) implements SyncResult {}
}
