package io.ipipou.auth.address;

import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.auth.Verifier;

/** Accepts any packet from the source, also a tunnelled one: clients of the Python ipipou may send nothing else. */
record AddressVerifier(PacketShape shape) implements Verifier {

    @Override
    public Verdict verify(AuthPacket packet) {
        return shape.matches(packet)
                ? Verdict.accept()
                : Verdict.reject(RejectionReason.WRONG_SOURCE, "not from this peer's address and port");
    }

    @Override
    public Payload reply(Payload request) {
        return request.reversed();
    }
}
