package io.ipipou.testkit.auth;

import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.time.Instant;

/** A client and its server at one instant. */
record Handshake(Verifier verifier, Authenticator authenticator, Endpoint source, Instant time) {

    static final Endpoint SERVER = new Endpoint(Ipv4.of("203.0.113.1"), 10000);

    static Handshake of(AuthProvider provider, AuthSides sides, Instant time, long seed) {
        AuthContext context = AuthContexts.at(time, seed);
        try {
            return new Handshake(
                    provider.verifier(sides.server(), context),
                    provider.authenticator(sides.client(), context),
                    sides.source(),
                    time);
        } catch (InvalidSettingException e) {
            throw new AssertionError("the scheme rejects the settings of its own test: " + e.setting(), e);
        }
    }

    AuthPacket requestPacket(Payload payload) {
        return new AuthPacket(payload, source, time);
    }

    Verdict verify(Payload payload) {
        return verifier.verify(requestPacket(payload));
    }

    AuthPacket replyPacket(Payload payload) {
        return new AuthPacket(payload, SERVER, time);
    }

    Verdict checkReply(Payload request, Payload reply) {
        return authenticator.checkReply(request, replyPacket(reply));
    }
}
