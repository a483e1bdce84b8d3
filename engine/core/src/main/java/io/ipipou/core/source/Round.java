package io.ipipou.core.source;

/** What came of asking the source once. */
public sealed interface Round {

    /**
     * The newest revision is in force.
     *
     * @param fresh whether it was put in force by this round; otherwise it was before
     */
    record InForce(Good good, boolean fresh) implements Round {}

    /**
     * The newest revision was refused; what was in force before stays so.
     *
     * @param fresh whether it was this round that tried it
     */
    record Declined(Refused refused, boolean fresh) implements Round {}

    /**
     * The source could not be had, or this host could not remember; what was in force stays so, unless the message says
     * otherwise.
     */
    record Troubled(String message) implements Round {}
}
