package io.ipipou.agent.client;

import io.ipipou.spi.state.LinkCounters;
import java.time.Duration;
import java.util.Optional;

/**
 * What the counters of a tunnel's link tell, looked at now and then, of whether anything comes back. Times are those of
 * the caller's forward clock, nanoseconds. Not safe for use by several threads.
 */
final class Traffic {

    enum Finding {
        /** Inner packets came since the last look. */
        RECEIVED,
        /** Inner packets were sent before the last look, and since then none came. */
        UNANSWERED,
        /** Neither is known. */
        QUIET
    }

    private record Look(LinkCounters counters, long time) {}

    private final Duration first;
    private final Duration longest;
    private Optional<Look> last = Optional.empty();
    private Optional<Long> heard = Optional.empty();
    private boolean waiting;
    private Duration hold;
    private Optional<Long> lastUnanswered = Optional.empty();

    /**
     * @param first between one finding that packets stay unanswered and the next; doubles each time
     * @param longest that this grows to: traffic in a tunnel may go one way only
     */
    Traffic(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        this.hold = first;
    }

    Finding look(LinkCounters counters, long now) {
        Optional<Look> before = last.filter(look -> isLater(counters, look.counters()));
        last = Optional.of(new Look(counters, now));
        if (before.isEmpty()) {
            // The first look, or the link was made anew.
            waiting = false;
            return Finding.QUIET;
        }
        if (counters.receivedPackets() != before.get().counters().receivedPackets()) {
            heard = Optional.of(before.get().time());
            waiting = false;
            hold = first;
            lastUnanswered = Optional.empty();
            return Finding.RECEIVED;
        }
        boolean unanswered = waiting && isTime(now);
        waiting |= counters.sentPackets() != before.get().counters().sentPackets();
        if (!unanswered) {
            return Finding.QUIET;
        }
        waiting = false;
        lastUnanswered = Optional.of(now);
        hold = hold.multipliedBy(2).compareTo(longest) < 0 ? hold.multipliedBy(2) : longest;
        return Finding.UNANSWERED;
    }

    private boolean isTime(long now) {
        return lastUnanswered.map(time -> now - time >= hold.toNanos()).orElse(true);
    }

    private static boolean isLater(LinkCounters counters, LinkCounters before) {
        return counters.receivedPackets() >= before.receivedPackets() && counters.sentPackets() >= before.sentPackets();
    }

    /** Whether inner packets certainly came after that time. */
    boolean heardSince(long time) {
        return heard.filter(certain -> certain - time >= 0).isPresent();
    }
}
