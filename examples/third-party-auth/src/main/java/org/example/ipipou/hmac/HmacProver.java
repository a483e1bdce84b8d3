package org.example.ipipou.hmac;

import io.ipipou.spi.auth.Attempt;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.Prover;
import io.ipipou.spi.auth.Reason;
import io.ipipou.spi.auth.Verdict;

/** The reply is the code over the proof it answers, so that no earlier reply will do. */
record HmacProver(HmacKey key, AuthContext context) implements Prover {

    @Override
    public Payload proof() {
        return HmacProof.make(key, context.clock().instant(), context.random().nextLong());
    }

    @Override
    public PacketShape replyShape() {
        return PacketShape.ofLength(HmacKey.LENGTH);
    }

    @Override
    public Verdict checkReply(Payload request, Attempt reply) {
        // Payloads compare in constant time.
        return reply.payload().equals(Payload.of(key.code(HmacKey.Purpose.REPLY, request.bytes())))
                ? Verdict.accept()
                : Verdict.refuse(Reason.WRONG_KEY, "not this server's answer to the last proof");
    }
}
