package io.ipipou.agent.client;

import java.time.Duration;

/** How long to wait before trying again: a second, doubling, each give or take a quarter, and never longer than told. */
final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(1);

    /** Doublings after which the longest has long been reached: a second and these are 12 days. */
    private static final int MOST = 20;

    private Backoff() {}

    /**
     * @param tries so far, 1 and up
     * @param chance 0..1
     */
    static Duration after(int tries, Duration longest, double chance) {
        Duration plain = FIRST.multipliedBy(1L << Math.min(tries - 1, MOST));
        Duration scattered = plain.multipliedBy(750 + Math.round(chance * 500)).dividedBy(1000);
        return isReached(tries, longest) || scattered.compareTo(longest) > 0 ? longest : scattered;
    }

    /** Whether after so many tries each wait is the longest. */
    static boolean isReached(int tries, Duration longest) {
        return FIRST.multipliedBy(1L << Math.min(tries - 1, MOST)).compareTo(longest) >= 0;
    }
}
