package io.ipipou.auth.token;

import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.config.Secret;

/** Sends the token and expects it back with its bytes reversed. */
record TokenAuthenticator(Secret token) implements Authenticator {

    @Override
    public Payload request() {
        return Payload.of(token.bytes());
    }

    @Override
    public PacketShape replyShape() {
        return PacketShape.ofLength(token.length());
    }

    @Override
    public Verdict checkReply(Payload request, AuthPacket reply) {
        return reply.payload().equals(request.reversed())
                ? Verdict.accept()
                : Verdict.reject(RejectionReason.WRONG_KEY, "not the token reversed");
    }
}
