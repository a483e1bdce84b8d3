package io.ipipou.testkit.auth;

import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.ReplayStamp;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.Secret;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

record SampleVerifier(Secret key, Set<Fault> faults, String printed, AtomicInteger callers) implements Verifier {

    SampleVerifier(Secret key, Set<Fault> faults, String printed) {
        this(key, faults, printed, new AtomicInteger());
    }

    @Override
    public PacketShape shape() {
        return PacketShape.ofLength(SampleCode.LENGTH + (faults.contains(Fault.DECLARES_A_WRONG_LENGTH) ? 1 : 0));
    }

    @Override
    public Verdict verify(AuthPacket packet) {
        boolean alone = callers.getAndIncrement() == 0;
        if (faults.contains(Fault.FAILS_IN_CONCURRENT_USE)) {
            LockSupport.parkNanos(50_000);
        }
        Verdict verdict = isValid(packet.payload().bytes()) ? accept(packet) : reject();
        callers.decrementAndGet();
        return alone || !faults.contains(Fault.FAILS_IN_CONCURRENT_USE) ? verdict : reject();
    }

    private boolean isValid(byte[] payload) {
        byte[] bytes = payload;
        if (faults.contains(Fault.IGNORES_EXCESS_BYTES)) {
            bytes = Arrays.copyOf(payload, Math.min(payload.length, SampleCode.LENGTH));
        }
        boolean truncated = bytes.length < SampleCode.LENGTH;
        if (truncated && faults.contains(Fault.THROWS_FOR_SHORT_PAYLOADS)) {
            throw new IndexOutOfBoundsException();
        }
        if (bytes.length < SampleCode.SIGNED_LENGTH || (truncated && !faults.contains(Fault.IGNORES_MISSING_BYTES))) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        Secret used = faults.contains(Fault.IGNORES_THE_KEY) ? Secret.of("anyone") : key;
        byte[] expected = SampleCode.request(used, buffer.getLong(), buffer.getLong());
        if (truncated) {
            expected = Arrays.copyOf(expected, bytes.length);
        }
        if (faults.contains(Fault.IGNORES_THE_LAST_BIT) && bytes.length == expected.length) {
            expected[expected.length - 1] = bytes[expected.length - 1];
        }
        return Arrays.equals(expected, bytes);
    }

    private Verdict accept(AuthPacket packet) {
        ByteBuffer buffer = ByteBuffer.wrap(packet.payload().bytes());
        Instant sent = Instant.ofEpochSecond(buffer.getLong());
        if (faults.contains(Fault.OVERFLOWS_IN_THE_YEAR_9999)) {
            Math.toIntExact(sent.getEpochSecond());
        }
        if (faults.contains(Fault.OMITS_THE_STAMP) && !sent.equals(packet.time())) {
            return Verdict.accept();
        }
        Instant stamped = faults.contains(Fault.STAMPS_THE_TIME_OF_ARRIVAL) ? packet.time() : sent;
        String name = faults.contains(Fault.STAMPS_EVERY_KEY_THE_SAME) ? "key" : name();
        return Verdict.accept(new ReplayStamp(name, stamped, HexFormat.of().toHexDigits(buffer.getLong())));
    }

    private String name() {
        return HexFormat.of().formatHex(SampleCode.hash("name", key, new byte[0]));
    }

    @Override
    public Set<String> replayKeys() {
        return Set.of(faults.contains(Fault.ANNOUNCES_ANOTHER_REPLAY_KEY) ? "another" : name());
    }

    private static Verdict reject() {
        return Verdict.reject(RejectionReason.WRONG_KEY, "not the hash of the time and nonce");
    }

    @Override
    public Payload reply(Payload request) {
        return Payload.of(SampleCode.hash("reply", key, request.bytes()));
    }
}
