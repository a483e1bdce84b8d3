package org.example.ipipou.hmac;

import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.ReplayStamp;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.auth.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/** Checks the code first and the time second: what is not genuine has no time. */
record HmacVerifier(HmacKey key, String name, Duration window) implements Verifier {

    HmacVerifier(HmacKey key, Duration window) {
        this(key, HexFormat.of().formatHex(key.code(HmacKey.Purpose.NAME, new byte[0])), window);
    }

    @Override
    public PacketShape shape() {
        return PacketShape.ofLength(HmacPacket.LENGTH);
    }

    @Override
    public Verdict verify(AuthPacket attempt) {
        Payload proof = attempt.payload();
        if (proof.length() != HmacPacket.LENGTH) {
            return Verdict.reject(RejectionReason.MALFORMED, "not " + HmacPacket.LENGTH + " bytes long");
        }
        if (!HmacPacket.isGenuine(key, proof)) {
            return Verdict.reject(RejectionReason.WRONG_KEY, "not authenticated with this peer's key");
        }
        Instant time = HmacPacket.time(proof);
        Duration skew = Duration.between(time, attempt.time()).abs();
        if (skew.compareTo(window) > 0) {
            return Verdict.reject(RejectionReason.CLOCK_SKEW, "made " + skew.toSeconds() + " s away from this host's time");
        }
        // Inside the window the engine sees to it that a stamp is accepted once, also after a restart.
        return Verdict.accept(new ReplayStamp(name, time, HexFormat.of().toHexDigits(HmacPacket.nonce(proof))));
    }

    @Override
    public Payload reply(Payload request) {
        return Payload.of(key.code(HmacKey.Purpose.REPLY, request.bytes()));
    }
}
