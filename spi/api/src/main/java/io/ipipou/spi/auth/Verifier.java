package io.ipipou.spi.auth;

/**
 * The server's side of one entry: judges proofs, and answers them.
 *
 * <p>Called by several threads at once. Blocks on nothing, does no I/O, and keeps nothing of one call for another: the
 * engine tries many verifiers on a packet, and refuses replays by the {@link ReplayStamp}, also after a restart. Any packet can
 * come, so the time and memory of a call do not depend on what the packet claims. Secrets are compared in constant time.
 */
public interface Verifier {

    /** The packets that {@link #verify} could accept; the same at every call. */
    PacketShape shape();

    /**
     * A cheap guess, right for every proof of our own provers, whether {@link #verify} would accept the packet. Where
     * verifying is dear, the engine tries the likely verifiers of a port first and the others as far as its budget goes.
     */
    default boolean isPlausible(AuthPacket attempt) {
        return true;
    }

    /** Judges a packet. An exception is a refusal ({@link RejectionReason#FAILED}). */
    Verdict verify(AuthPacket attempt);

    /** The answer to a packet that was accepted. */
    Payload reply(Payload request);
}
