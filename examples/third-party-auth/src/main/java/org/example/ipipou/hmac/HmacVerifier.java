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
import java.util.Set;

/** Checks the code before it reads the time: only an authentic packet's time means anything. */
record HmacVerifier(HmacKey key, String name, Duration window) implements Verifier {

    HmacVerifier(HmacKey key, Duration window) {
        this(key, HexFormat.of().formatHex(key.code(HmacKey.Purpose.NAME, new byte[0])), window);
    }

    @Override
    public PacketShape shape() {
        return PacketShape.ofLength(HmacPacket.LENGTH);
    }

    @Override
    public Verdict verify(AuthPacket packet) {
        Payload payload = packet.payload();
        if (payload.length() != HmacPacket.LENGTH) {
            return Verdict.reject(RejectionReason.MALFORMED, "not " + HmacPacket.LENGTH + " bytes long");
        }
        if (!HmacPacket.isAuthentic(key, payload)) {
            return Verdict.reject(RejectionReason.WRONG_KEY, "not authenticated with this peer's key");
        }
        Instant time = HmacPacket.time(payload);
        Duration skew = Duration.between(packet.time(), time);
        if (skew.abs().compareTo(window) > 0) {
            return Verdict.reject(
                    RejectionReason.CLOCK_SKEW,
                    "its clock is " + skew.abs().toSeconds() + " s " + (skew.isNegative() ? "behind" : "ahead of") + " this host's");
        }
        // The engine accepts a stamp once only, also after a restart.
        return Verdict.accept(new ReplayStamp(name, time, HexFormat.of().toHexDigits(HmacPacket.nonce(payload))));
    }

    @Override
    public Set<String> replayKeys() {
        return Set.of(name);
    }

    @Override
    public Payload reply(Payload request) {
        return Payload.of(key.code(HmacKey.Purpose.REPLY, request.bytes()));
    }
}
