package org.example.ipipou.hmac;

import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;

/** The reply is a code over the packet that it answers, so an earlier reply is not accepted. */
record HmacAuthenticator(HmacKey key, AuthContext context) implements Authenticator {

    @Override
    public Payload request() {
        return HmacPacket.make(key, context.clock().instant(), context.random().nextLong());
    }

    @Override
    public PacketShape replyShape() {
        return PacketShape.ofLength(HmacKey.LENGTH);
    }

    @Override
    public Verdict checkReply(Payload request, AuthPacket reply) {
        // Payloads are compared in constant time.
        return reply.payload().equals(Payload.of(key.code(HmacKey.Purpose.REPLY, request.bytes())))
                ? Verdict.accept()
                : Verdict.reject(RejectionReason.WRONG_KEY, "not this server's reply to the last authentication packet");
    }
}
