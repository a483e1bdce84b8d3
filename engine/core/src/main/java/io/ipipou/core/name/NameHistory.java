package io.ipipou.core.name;

import io.ipipou.spi.state.Ipv4;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The answers of the last minutes for one name. A name alternates if an address comes back that an answer lacked in between,
 * as with DNS servers that give one address of several at a time. Not thread-safe.
 */
final class NameHistory {

    static final Duration MEMORY = Duration.ofMinutes(5);

    private record Past(List<Ipv4> addresses, long time) {}

    private final Deque<Past> past = new ArrayDeque<>();
    private NameAnswer latest;

    /** @param time by a monotonic clock, nanoseconds */
    NameHistory(NameAnswer first, long time) {
        latest = first;
        add(first, time);
    }

    NameAnswer latest() {
        return latest;
    }

    void add(NameAnswer answer, long time) {
        past.removeIf(old -> time - old.time() > MEMORY.toNanos());
        if (!answer.addresses().isEmpty()) {
            past.addLast(new Past(answer.addresses(), time));
        }
        List<Ipv4> earlier = alternates()
                ? past.stream().flatMap(old -> old.addresses().stream()).toList()
                : List.of();
        latest = new NameAnswer(answer.addresses(), earlier, answer.failure()).after(latest);
    }

    private boolean alternates() {
        Set<Ipv4> seen = new HashSet<>();
        List<Ipv4> before = List.of();
        for (Past answer : past) {
            List<Ipv4> previous = before;
            if (answer.addresses().stream()
                    .anyMatch(address -> seen.contains(address) && !previous.contains(address))) {
                return true;
            }
            before = answer.addresses();
            seen.addAll(before);
        }
        return false;
    }
}
