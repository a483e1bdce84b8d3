package io.ipipou.agent.client;

import io.ipipou.spi.state.LinkCounters;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells from the counters of a tunnel's link, read every few seconds, whether inner packets are answered. Times are those
 * of the caller's monotonic clock, nanoseconds. Not thread-safe.
 */
final class TrafficMonitor {

    enum Finding {
        /** Inner packets have arrived since the last reading. */
        RECEIVED,
        /** Inner packets were sent before the last reading, and none has arrived since. */
        UNANSWERED,
        /** Nothing can be concluded. */
        QUIET
    }

    private record Reading(LinkCounters counters, long time) {}

    private final Duration shortestInterval;
    private final Duration longestInterval;
    private Optional<Reading> last = Optional.empty();
    private Optional<Long> received = Optional.empty();
    private boolean waiting;
    private Duration interval;
    private Optional<Long> lastUnanswered = Optional.empty();

    /**
     * @param shortestInterval between two findings that packets stay unanswered; doubles each time
     * @param longestInterval the maximum of that: traffic through a tunnel may be one-way
     */
    TrafficMonitor(Duration shortestInterval, Duration longestInterval) {
        this.shortestInterval = shortestInterval;
        this.longestInterval = longestInterval;
        this.interval = shortestInterval;
    }

    Finding update(LinkCounters counters, long now) {
        Optional<Reading> before = last.filter(reading -> isLater(counters, reading.counters()));
        last = Optional.of(new Reading(counters, now));
        if (before.isEmpty()) {
            // The first reading, or the link was recreated.
            waiting = false;
            return Finding.QUIET;
        }
        if (counters.receivedPackets() != before.get().counters().receivedPackets()) {
            received = Optional.of(before.get().time());
            waiting = false;
            interval = shortestInterval;
            lastUnanswered = Optional.empty();
            return Finding.RECEIVED;
        }
        boolean unanswered = waiting && isDue(now);
        waiting |= counters.sentPackets() != before.get().counters().sentPackets();
        if (!unanswered) {
            return Finding.QUIET;
        }
        waiting = false;
        lastUnanswered = Optional.of(now);
        Duration doubled = interval.multipliedBy(2);
        interval = doubled.compareTo(longestInterval) < 0 ? doubled : longestInterval;
        return Finding.UNANSWERED;
    }

    private boolean isDue(long now) {
        return lastUnanswered.map(time -> now - time >= interval.toNanos()).orElse(true);
    }

    private static boolean isLater(LinkCounters counters, LinkCounters before) {
        return counters.receivedPackets() >= before.receivedPackets() && counters.sentPackets() >= before.sentPackets();
    }

    /** Whether inner packets certainly arrived after that time. */
    boolean receivedSince(long time) {
        return received.filter(earliest -> earliest - time >= 0).isPresent();
    }
}
