package io.ipipou.agent.converge;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.state.ResourceId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the host for drift after each change, and now and then without one, and repairs it. Uses a backend of its own:
 * admitting a peer, which causes most changes, must not wait for a check. Thread-safe.
 */
public final class DriftWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);

    /** So that several changes at once cause one check. */
    static final Duration SETTLING = Duration.ofMillis(50);

    /** Checks take at most one part in this many of the time, however fast the host changes. */
    static final int SHARE = 4;

    /** The repairs since the start; several resources repaired at once count once. {@code contended} are now undone each time. */
    public record Repairs(long count, Set<ResourceId> contended) {}

    /** How the thread waits; tests simulate it. */
    static class Timing {

        long nanos() {
            return System.nanoTime();
        }

        void sleep(Duration time) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        }

        /** Waits for a permit and takes it; false if there was none in time. */
        boolean await(Semaphore semaphore, Duration timeout) throws InterruptedException {
            return semaphore.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private final Backend backend;
    private final DriftRepairer repairer;
    private final Timing timing;
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "ipipou-drift");

    DriftWatch(Backend backend, Converger converger, boolean repairing, Timing timing) {
        this.backend = backend;
        this.timing = timing;
        this.repairer = new DriftRepairer(converger, backend, repairing, timing::nanos);
    }

    /**
     * Starts watching.
     *
     * @param backend used for reading by no other thread from now on, and closed with this
     * @param repairing false to only report drift
     */
    public static DriftWatch start(Backend backend, Converger converger, boolean repairing) {
        DriftWatch watch = new DriftWatch(backend, converger, repairing, new Timing());
        watch.thread.start();
        return watch;
    }

    /** Causes a check soon. Does not block. */
    public void hostChanged() {
        changes.release();
    }

    public Repairs repairs() {
        return repairer.repairs();
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    private void run() {
        Duration next = DriftRepairer.CHECK_INTERVAL;
        try (backend) {
            while (true) {
                next = awaitAndCheck(next);
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer checking for drift");
        }
    }

    /** @return how long to wait for a change before the next check */
    Duration awaitAndCheck(Duration timeout) throws InterruptedException {
        if (timing.await(changes, timeout)) {
            timing.sleep(SETTLING);
        }
        // Before the check: a change during it needs another.
        changes.drainPermits();
        long start = timing.nanos();
        Duration next = repairer.check();
        timing.sleep(Duration.ofNanos((SHARE - 1) * (timing.nanos() - start)));
        return next;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
