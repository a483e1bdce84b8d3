package org.example.ipipou.hmac;

import io.ipipou.spi.auth.Attempt;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.Reason;
import io.ipipou.spi.auth.Stamp;
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
        return PacketShape.ofLength(HmacProof.LENGTH);
    }

    @Override
    public Verdict verify(Attempt attempt) {
        Payload proof = attempt.payload();
        if (proof.length() != HmacProof.LENGTH) {
            return Verdict.refuse(Reason.MALFORMED, "not " + HmacProof.LENGTH + " bytes long");
        }
        if (!HmacProof.isGenuine(key, proof)) {
            return Verdict.refuse(Reason.WRONG_KEY, "not authenticated with this peer's key");
        }
        Instant time = HmacProof.time(proof);
        Duration skew = Duration.between(time, attempt.time()).abs();
        if (skew.compareTo(window) > 0) {
            return Verdict.refuse(Reason.CLOCK_SKEW, "made " + skew.toSeconds() + " s away from this host's time");
        }
        // Inside the window the engine sees to it that a stamp is accepted once, also after a restart.
        return Verdict.accept(new Stamp(name, time, HexFormat.of().toHexDigits(HmacProof.nonce(proof))));
    }

    @Override
    public Payload reply(Payload request) {
        return Payload.of(key.code(HmacKey.Purpose.REPLY, request.bytes()));
    }
}
