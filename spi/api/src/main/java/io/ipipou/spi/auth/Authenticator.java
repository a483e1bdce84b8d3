package io.ipipou.spi.auth;

/**
 * The client's side of one entry: makes proofs, and judges the server's answers. Called by several threads at once;
 * blocks on nothing and does no I/O.
 */
public interface Authenticator {

    /** A fresh proof, to be sent once: where proofs carry a {@link ReplayStamp}, no two calls make the same. */
    Payload request();

    /** The packets that {@link #checkReply} could accept; the same at every call. */
    PacketShape replyShape();

    /**
     * Judges an answer. An exception is a refusal ({@link RejectionReason#FAILED}).
     *
     * @param request the proof that was sent last
     */
    Verdict checkReply(Payload request, AuthPacket reply);
}
