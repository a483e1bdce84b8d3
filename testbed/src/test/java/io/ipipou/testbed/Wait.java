package io.ipipou.testbed;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for conditions. */
final class Wait {

    /** Far more than anything takes, even in an emulated guest on a busy machine: only a test that fails waits for so long. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final Duration INTERVAL = Duration.ofMillis(20);

    private Wait() {}

    /**
     * Waits until the condition holds.
     *
     * @param what the condition in words, for the message when it never holds
     * @return how long that took
     */
    static Duration until(String what, Callable<Boolean> condition) {
        long start = System.nanoTime();
        await(what)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(INTERVAL)
                .atMost(TIMEOUT)
                .until(condition);
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
