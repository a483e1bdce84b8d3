package io.ipipou.auth.address;

import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.auth.Verifier;

/** Accepts any packet from the place, a tunnelled one too: the original's clients may send nothing else. */
record AddressVerifier(PacketShape shape) implements Verifier {

    @Override
    public Verdict verify(AuthPacket attempt) {
        return shape.matches(attempt)
                ? Verdict.accept()
                : Verdict.reject(RejectionReason.WRONG_SOURCE, "not from this peer's address and port");
    }

    @Override
    public Payload reply(Payload request) {
        return request.reversed();
    }
}
