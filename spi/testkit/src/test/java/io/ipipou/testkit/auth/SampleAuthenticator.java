package io.ipipou.testkit.auth;

import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.config.Secret;
import java.security.SecureRandom;
import java.util.Set;

record SampleAuthenticator(Secret key, Set<Fault> faults, AuthContext context) implements Authenticator {

    private static final SecureRandom OWN_RANDOM = new SecureRandom();

    @Override
    public Payload request() {
        Secret used = faults.contains(Fault.IGNORES_THE_KEY) ? Secret.of("anyone") : key;
        return Payload.of(SampleCode.request(used, context.clock().instant().getEpochSecond(), nonce()));
    }

    private long nonce() {
        if (faults.contains(Fault.REUSES_A_NONCE)) {
            return context.random().nextLong(100);
        }
        return faults.contains(Fault.USES_ITS_OWN_RANDOMNESS)
                ? OWN_RANDOM.nextLong()
                : context.random().nextLong();
    }

    @Override
    public PacketShape replyShape() {
        return PacketShape.ofLength(32);
    }

    @Override
    public Verdict checkReply(Payload request, AuthPacket reply) {
        boolean correct = reply.payload().equals(Payload.of(SampleCode.hash("reply", key, request.bytes())));
        return correct || faults.contains(Fault.ACCEPTS_ANY_REPLY)
                ? Verdict.accept()
                : Verdict.reject(RejectionReason.WRONG_KEY, "not the hash of the request");
    }
}
