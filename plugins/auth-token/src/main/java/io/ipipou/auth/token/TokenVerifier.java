package io.ipipou.auth.token;

import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.Secret;

/** Accepts the token. Every packet is the same, so a replay cannot be recognized and there is no stamp. */
record TokenVerifier(Secret token) implements Verifier {

    @Override
    public PacketShape shape() {
        return PacketShape.ofLength(token.length());
    }

    @Override
    public Verdict verify(AuthPacket attempt) {
        return token.matches(attempt.payload().bytes())
                ? Verdict.accept()
                : Verdict.reject(RejectionReason.WRONG_KEY, "not this peer's token");
    }

    @Override
    public Payload reply(Payload request) {
        return request.reversed();
    }
}
