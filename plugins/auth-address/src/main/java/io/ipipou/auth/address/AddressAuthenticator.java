package io.ipipou.auth.address;

import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;

/** Sends an empty packet and expects an empty reply. */
record AddressAuthenticator() implements Authenticator {

    @Override
    public Payload request() {
        return Payload.EMPTY;
    }

    @Override
    public PacketShape replyShape() {
        return PacketShape.ofLength(0);
    }

    @Override
    public Verdict checkReply(Payload request, AuthPacket reply) {
        return reply.payload().equals(request.reversed())
                ? Verdict.accept()
                : Verdict.reject(RejectionReason.MALFORMED, "not an empty packet");
    }
}
