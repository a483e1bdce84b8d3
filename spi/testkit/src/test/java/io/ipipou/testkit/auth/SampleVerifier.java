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

record SampleVerifier(Secret key, Set<Fault> faults, String printed, AtomicInteger inside) implements Verifier {

    SampleVerifier(Secret key, Set<Fault> faults, String printed) {
        this(key, faults, printed, new AtomicInteger());
    }

    @Override
    public PacketShape shape() {
        return PacketShape.ofLength(SampleCode.LENGTH + (faults.contains(Fault.NAMES_A_WRONG_LENGTH) ? 1 : 0));
    }

    @Override
    public Verdict verify(AuthPacket attempt) {
        boolean alone = inside.getAndIncrement() == 0;
        if (faults.contains(Fault.SERVES_ONE_THREAD)) {
            LockSupport.parkNanos(50_000);
        }
        Verdict verdict = isRight(attempt.payload().bytes()) ? accept(attempt) : refuse();
        inside.decrementAndGet();
        return alone || !faults.contains(Fault.SERVES_ONE_THREAD) ? verdict : refuse();
    }

    private boolean isRight(byte[] given) {
        byte[] bytes = given;
        if (faults.contains(Fault.IGNORES_WHAT_FOLLOWS)) {
            bytes = Arrays.copyOf(given, Math.min(given.length, SampleCode.LENGTH));
        }
        boolean truncated = bytes.length < SampleCode.LENGTH;
        if (truncated && faults.contains(Fault.THROWS_AT_SHORT_PAYLOADS)) {
            throw new IndexOutOfBoundsException();
        }
        if (bytes.length < SampleCode.CLAIM
                || (truncated && !faults.contains(Fault.CHECKS_ONLY_THE_BYTES_THAT_ARE_THERE))) {
            return false;
        }
        ByteBuffer claim = ByteBuffer.wrap(bytes);
        Secret used = faults.contains(Fault.IGNORES_THE_KEY) ? Secret.of("anyone") : key;
        byte[] expected = SampleCode.proof(used, claim.getLong(), claim.getLong());
        if (truncated) {
            expected = Arrays.copyOf(expected, bytes.length);
        }
        if (faults.contains(Fault.IGNORES_THE_LAST_BIT) && bytes.length == expected.length) {
            expected[expected.length - 1] = bytes[expected.length - 1];
        }
        return Arrays.equals(expected, bytes);
    }

    private Verdict accept(AuthPacket attempt) {
        ByteBuffer claim = ByteBuffer.wrap(attempt.payload().bytes());
        Instant made = Instant.ofEpochSecond(claim.getLong());
        if (faults.contains(Fault.OVERFLOWS_IN_THE_YEAR_9999)) {
            Math.toIntExact(made.getEpochSecond());
        }
        if (faults.contains(Fault.HIDES_THE_TIME) && !made.equals(attempt.time())) {
            return Verdict.accept();
        }
        Instant stamped = faults.contains(Fault.STAMPS_THE_ARRIVAL) ? attempt.time() : made;
        String name = faults.contains(Fault.STAMPS_ALL_KEYS_ALIKE)
                ? "key"
                : HexFormat.of().formatHex(SampleCode.hash("name", key, new byte[0]));
        return Verdict.accept(new ReplayStamp(name, stamped, HexFormat.of().toHexDigits(claim.getLong())));
    }

    private static Verdict refuse() {
        return Verdict.reject(RejectionReason.WRONG_KEY, "not the hash of the claim");
    }

    @Override
    public Payload reply(Payload request) {
        return Payload.of(SampleCode.hash("reply", key, request.bytes()));
    }
}
