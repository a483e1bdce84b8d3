package io.ipipou.core.source;

/**
 * A revision that is applied with a confirmation. It is in force once that is given.
 *
 * @param version of this format
 * @param apply id of the apply in the journal
 */
public record UnconfirmedRevision(int version, String apply, LastGoodRevision revision) {

    static final int VERSION = 1;

    /** The rejection of a revision that was rolled back. */
    RejectedRevision rejected() {
        return new RejectedRevision(
                revision.revision(),
                revision.since(),
                new Rejection(Rejection.Kind.ROLLED_BACK, "it was applied, not confirmed, and rolled back"));
    }
}
