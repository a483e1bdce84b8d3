package io.ipipou.agent.time;

import java.time.Duration;

/** Waits between attempts: 1 s, doubling, up to a maximum. */
public final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(1);

    /** Doublings after which every maximum is reached: 2^20 s are 12 days. */
    private static final int MAX_DOUBLINGS = 20;

    private Backoff() {}

    /** @param attempts made so far, 1 or more */
    public static Duration after(int attempts, Duration longest) {
        return min(FIRST.multipliedBy(1L << Math.min(attempts - 1, MAX_DOUBLINGS)), longest);
    }

    /**
     * As {@link #after(int, Duration)}, but up to a quarter shorter or longer while below the maximum, so that hosts that
     * fail together do not retry together.
     *
     * @param random 0..1
     */
    public static Duration after(int attempts, Duration longest, double random) {
        Duration plain = after(attempts, longest);
        return plain.equals(longest)
                ? longest
                : min(plain.multipliedBy(750 + Math.round(random * 500)).dividedBy(1000), longest);
    }

    /** Whether the wait no longer grows. */
    public static boolean isLongest(int attempts, Duration longest) {
        return after(attempts, longest).equals(longest);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
