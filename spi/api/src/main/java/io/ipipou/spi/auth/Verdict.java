package io.ipipou.spi.auth;

import java.util.Optional;

/**
 * What a scheme made of a packet.
 *
 * @param rejection empty when the packet is accepted
 * @param stamp of an accepted packet, what to know it by if it comes again; empty when the scheme's packets are all
 *     alike, so that a replay cannot be told from a repetition
 */
public record Verdict(Optional<Rejection> rejection, Optional<ReplayStamp> stamp) {

    /** @param text for the log; never holds a secret, or bytes of the packet */
    public record Rejection(RejectionReason reason, String text) {}

    private static final Verdict ACCEPTED = new Verdict(Optional.empty(), Optional.empty());

    public static Verdict accept() {
        return ACCEPTED;
    }

    /** Accepted, unless the engine finds the stamp too old or used. */
    public static Verdict accept(ReplayStamp stamp) {
        return new Verdict(Optional.empty(), Optional.of(stamp));
    }

    public static Verdict reject(RejectionReason reason, String text) {
        return new Verdict(Optional.of(new Rejection(reason, text)), Optional.empty());
    }

    public boolean isAccepted() {
        return rejection.isEmpty();
    }
}
