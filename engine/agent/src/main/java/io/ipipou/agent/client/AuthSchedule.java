package io.ipipou.agent.client;

import io.ipipou.agent.time.Backoff;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** When a client sends its next authentication packet. Times are by a monotonic clock, nanoseconds. Not thread-safe. */
final class AuthSchedule {

    /** The longest wait of a tunnel without a keepalive. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** So that several changes of the host at once cause one authentication packet. */
    private static final Duration SETTLING = Duration.ofMillis(50);

    /** Between two authentication packets that changes of the host cause. */
    private static final Duration SPACING = Duration.ofSeconds(1);

    private final Optional<Duration> keepalive;
    private final LongSupplier nanos;
    private final DoubleSupplier random;
    private OptionalLong due;
    private int unanswered;
    /** Doublings of the waits. */
    private int slower;

    private long firstUnanswered;
    private long lastAttempt;

    /** Due now. */
    AuthSchedule(Optional<Duration> keepalive, LongSupplier nanos, DoubleSupplier random) {
        this.keepalive = keepalive;
        this.nanos = nanos;
        this.random = random;
        this.due = OptionalLong.of(nanos.getAsLong());
    }

    Duration longestWait() {
        return keepalive.orElse(LONGEST_WAIT);
    }

    /** Empty for never. */
    OptionalLong due() {
        return due;
    }

    boolean isDue() {
        return due.isPresent() && due.getAsLong() - nanos.getAsLong() <= 0;
    }

    Optional<Duration> untilDue() {
        return due.stream()
                .mapToObj(time -> Duration.ofNanos(Math.max(0, time - nanos.getAsLong())))
                .findFirst();
    }

    /** Attempts since the server last responded, or since {@link #restart}. */
    int unanswered() {
        return unanswered;
    }

    /** When the first of them was made. */
    long firstUnanswered() {
        return firstUnanswered;
    }

    /** Without a keepalive, no further attempt is made when the waits no longer grow. */
    boolean isExhausted() {
        return keepalive.isEmpty() && Backoff.isLongest(unanswered + slower, longestWait());
    }

    /** Counts attempts from zero again. */
    void restart() {
        restart(0);
    }

    /** @param doublings of the waits, because other endpoints did not respond either */
    void restart(int doublings) {
        unanswered = 0;
        slower = doublings;
    }

    void dueNow() {
        due = OptionalLong.of(nanos.getAsLong());
    }

    void attempt() {
        lastAttempt = nanos.getAsLong();
        if (unanswered == 0) {
            firstUnanswered = lastAttempt;
        }
        unanswered++;
    }

    /** The next attempt is a retry of the last one. */
    void retry() {
        due = OptionalLong.of(lastAttempt
                + Backoff.after(unanswered + slower, longestWait(), random.getAsDouble())
                        .toNanos());
    }

    /** The next attempt is a keepalive after the last one; there is none without a keepalive. */
    void waitForKeepalive() {
        due = keepalive
                .map(interval -> OptionalLong.of(lastAttempt + interval.toNanos()))
                .orElse(OptionalLong.empty());
    }

    /** @param immediate whether it need not keep its distance from the last attempt */
    void hostChanged(boolean immediate) {
        restart();
        long soon = nanos.getAsLong() + SETTLING.toNanos();
        long spaced = lastAttempt + SPACING.toNanos();
        long next = immediate || spaced - soon < 0 ? soon : spaced;
        if (due.isEmpty() || due.getAsLong() - next > 0) {
            due = OptionalLong.of(next);
        }
    }
}
