package io.ipipou.auth.address;

import io.ipipou.spi.auth.Attempt;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.Prover;
import io.ipipou.spi.auth.Reason;
import io.ipipou.spi.auth.Verdict;

/** Sends nothing, and expects nothing back: the packets are empty. */
record AddressProver() implements Prover {

    @Override
    public Payload proof() {
        return Payload.EMPTY;
    }

    @Override
    public PacketShape replyShape() {
        return PacketShape.ofLength(0);
    }

    @Override
    public Verdict checkReply(Payload request, Attempt reply) {
        return reply.payload().equals(request.reversed())
                ? Verdict.accept()
                : Verdict.refuse(Reason.MALFORMED, "not an empty packet");
    }
}
