package io.ipipou.spi.auth;

import java.util.Set;

/**
 * The server's side of one entry: verifies authentication packets and makes the replies.
 *
 * <p>Must be safe for use by several threads, do no I/O, never block and keep no state between calls: the engine tries
 * many verifiers on one packet, and rejects replays by their {@link ReplayStamp} itself. Packets come from anybody, so
 * the time and memory of a call must not depend on what the packet claims. Secrets must be compared in constant time.
 */
public interface Verifier {

    /** The shape of all packets that {@link #verify} can accept. Every call returns the same. */
    PacketShape shape();

    /**
     * A cheap check whether {@link #verify} can accept the packet. Must be true for every packet that this scheme's own
     * {@link Authenticator} makes for the entry. Where verifying is expensive, the engine tries the plausible verifiers
     * of a port first, and the others only within a budget.
     */
    default boolean isPlausible(AuthPacket packet) {
        return true;
    }

    /** Verifies a packet. An exception counts as a rejection ({@link RejectionReason#FAILED}). */
    Verdict verify(AuthPacket packet);

    /**
     * The {@link ReplayStamp#key}s of all packets that {@link #verify} can accept, so that an operator can make the engine
     * forget which were accepted, after a wrong clock. Every call returns the same. Without them, that is not possible.
     */
    default Set<String> replayKeys() {
        return Set.of();
    }

    /** The reply to a packet that was accepted. */
    Payload reply(Payload request);
}
