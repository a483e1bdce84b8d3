package io.ipipou.spi.auth;

/**
 * The client's side of one entry: makes authentication packets and checks the server's replies. Must be safe for use by
 * several threads, do no I/O and never block.
 */
public interface Authenticator {

    /** A new authentication packet, to be sent once. With a {@link ReplayStamp}, no two calls return the same. */
    Payload request();

    /** The shape of all packets that {@link #checkReply} can accept. Every call returns the same. */
    PacketShape replyShape();

    /**
     * Checks a reply. An exception counts as a rejection ({@link RejectionReason#FAILED}).
     *
     * @param request the authentication packet that was sent last
     */
    Verdict checkReply(Payload request, AuthPacket reply);
}
