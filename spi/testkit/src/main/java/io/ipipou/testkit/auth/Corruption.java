package io.ipipou.testkit.auth;

import io.ipipou.spi.auth.Payload;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Damaged versions of a payload. */
final class Corruption {

    private static final int RANDOM_PAYLOADS = 400;

    private Corruption() {}

    /** The payload without some bytes at its end or at its beginning, in every length. */
    static Stream<Payload> truncations(Payload payload) {
        byte[] bytes = payload.bytes();
        return IntStream.range(0, bytes.length)
                .boxed()
                .flatMap(length -> Stream.of(
                        Payload.of(Arrays.copyOf(bytes, length)),
                        Payload.of(Arrays.copyOfRange(bytes, bytes.length - length, bytes.length))));
    }

    /** The payload followed by itself or by zeros, up to the maximum length. */
    static Stream<Payload> extensions(Payload payload) {
        byte[] bytes = payload.bytes();
        byte[] twice = Arrays.copyOf(bytes, Math.max(1, 2 * bytes.length));
        System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
        return Stream.concat(
                Stream.of(Payload.of(twice)),
                IntStream.of(bytes.length + 1, bytes.length + 4, 1472, Payload.MAX_LENGTH)
                        .filter(length -> length > bytes.length)
                        .mapToObj(length -> Payload.of(Arrays.copyOf(bytes, length))));
    }

    /** The payload with one bit flipped, for every bit. */
    static Stream<Payload> bitFlips(Payload payload) {
        return IntStream.range(0, payload.length() * Byte.SIZE).mapToObj(bit -> {
            byte[] flipped = payload.bytes();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            return Payload.of(flipped);
        });
    }

    /** Random payloads, half of them with this length. */
    static Stream<Payload> random(int length, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, RANDOM_PAYLOADS).mapToObj(i -> {
            byte[] bytes = new byte[i % 2 == 0 ? length : random.nextInt(1500)];
            random.nextBytes(bytes);
            return Payload.of(bytes);
        });
    }
}
