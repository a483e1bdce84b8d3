package io.ipipou.agent.names;

import io.ipipou.agent.time.Backoff;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Decides when to refresh the names of servers that do not respond: at once when there is a new one, then after waits
 * that double, one refresh at a time, until all of these servers respond. Thread-safe.
 */
public final class NameRefresher {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final Consumer<Set<String>> refresh;
    private final Executor executor;
    private final LongSupplier nanos;
    private final DoubleSupplier random;
    private final Set<String> refreshed = new HashSet<>();
    private boolean running;
    private int attempts;
    private long next;

    /**
     * @param refresh looks names up again; may block
     * @param executor runs it
     * @param nanos a monotonic clock, as {@link System#nanoTime}
     * @param random 0..1, another value at each call
     */
    public NameRefresher(Consumer<Set<String>> refresh, Executor executor, LongSupplier nanos, DoubleSupplier random) {
        this.refresh = refresh;
        this.executor = executor;
        this.nanos = nanos;
        this.random = random;
    }

    /**
     * Starts a refresh if one is due. Does not block.
     *
     * @param names of all servers that do not respond now
     */
    public void refreshIfDue(Set<String> names) {
        synchronized (this) {
            refreshed.retainAll(names);
            if (!isDue(names)) {
                return;
            }
            attempts = refreshed.containsAll(names) ? attempts + 1 : 1;
            refreshed.addAll(names);
            running = true;
            next = nanos.getAsLong()
                    + Backoff.after(attempts + 1, LONGEST_WAIT, random.getAsDouble())
                            .toNanos();
        }
        executor.execute(() -> {
            try {
                refresh.accept(names);
            } finally {
                finished();
            }
        });
    }

    private boolean isDue(Set<String> names) {
        return !running && !names.isEmpty() && (!refreshed.containsAll(names) || next - nanos.getAsLong() <= 0);
    }

    private synchronized void finished() {
        running = false;
    }

    /** Makes the next refresh due at once: another network may have other answers. */
    public synchronized void reset() {
        refreshed.clear();
    }
}
