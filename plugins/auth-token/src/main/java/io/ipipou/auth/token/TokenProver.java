package io.ipipou.auth.token;

import io.ipipou.spi.auth.Attempt;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.Prover;
import io.ipipou.spi.auth.Reason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.config.Secret;

/** Sends the token, and expects it back in reverse. */
record TokenProver(Secret token) implements Prover {

    @Override
    public Payload proof() {
        return Payload.of(token.bytes());
    }

    @Override
    public PacketShape replyShape() {
        return PacketShape.ofLength(token.length());
    }

    @Override
    public Verdict checkReply(Payload request, Attempt reply) {
        return reply.payload().equals(request.reversed())
                ? Verdict.accept()
                : Verdict.refuse(Reason.WRONG_KEY, "not the token in reverse");
    }
}
