package io.ipipou.spi.auth;

import java.util.Optional;

/**
 * A scheme's decision about a packet.
 *
 * @param rejection empty when the packet is accepted
 * @param stamp identifies an accepted packet; empty when all packets of the scheme are the same, so that a replay
 *     cannot be detected
 */
public record Verdict(Optional<Rejection> rejection, Optional<ReplayStamp> stamp) {

    /** @param text for the log, without a secret or bytes of the packet */
    public record Rejection(RejectionReason reason, String text) {}

    private static final Verdict ACCEPTED = new Verdict(Optional.empty(), Optional.empty());

    public static Verdict accept() {
        return ACCEPTED;
    }

    /** Accepts the packet, unless the engine finds the stamp too old or already used. */
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
