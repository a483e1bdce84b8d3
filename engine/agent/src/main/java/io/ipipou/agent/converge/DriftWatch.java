package io.ipipou.agent.converge;

import io.ipipou.agent.watch.KernelChange;
import io.ipipou.agent.watch.KernelEvents;
import io.ipipou.core.desired.HostException;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the host when the kernel says that something changed, and has it converged when it is no longer as it should
 * be. It looks with a backend of its own, so that peers who prove themselves never wait for a look: most changes are
 * their doing. Looks are spaced by a multiple of what the last one took.
 */
public final class DriftWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);

    /** So that what changes together is looked at together. */
    private static final Duration SETTLING = Duration.ofMillis(50);

    /** Share of the time that looking may take: one part in so many. */
    private static final int SHARE = 4;

    /** FOU ports tell nobody when they go, so there is a look now and then without being told. */
    private static final Duration UNPROMPTED = Duration.ofSeconds(30);

    private final KernelEvents events;
    private final Backend backend;
    private final Converger converger;
    private final boolean repairing;
    private final Consumer<Set<KernelChange>> onEvents;
    /** What was last reported; the looking thread's. */
    private List<String> reported = List.of();

    private final Semaphore changed = new Semaphore(0);
    private final Thread looker = new Thread(this::lookOverAndOver, "ipipou-drift");

    private DriftWatch(
            KernelEvents events,
            Backend backend,
            Converger converger,
            boolean repairing,
            Consumer<Set<KernelChange>> onEvents) {
        this.events = events;
        this.backend = backend;
        this.converger = converger;
        this.repairing = repairing;
        this.onEvents = onEvents;
    }

    /**
     * Watches the calling thread's network namespace.
     *
     * @param backend to look with; used by no other thread from now on, and closed with this
     * @param repairing whether what differs is mended; it is logged otherwise, once
     * @param onEvents is told what kinds of things changed; must not block
     */
    public static DriftWatch start(
            Backend backend, Converger converger, boolean repairing, Consumer<Set<KernelChange>> onEvents)
            throws BackendException {
        DriftWatch watch = new DriftWatch(KernelEvents.open(), backend, converger, repairing, onEvents);
        new Thread(watch::listen, "ipipou-events").start();
        watch.looker.start();
        return watch;
    }

    private void listen() {
        try {
            for (Set<KernelChange> changes = events.await(); !changes.isEmpty(); changes = events.await()) {
                onEvents.accept(changes);
                changed.release();
            }
        } catch (BackendException e) {
            LOG.error("changes of the host are no longer noticed at once: {}", e.getMessage());
        }
    }

    private void lookOverAndOver() {
        try {
            while (true) {
                if (changed.tryAcquire(UNPROMPTED.toMillis(), TimeUnit.MILLISECONDS)) {
                    Thread.sleep(SETTLING.toMillis());
                }
                // Before the look: what changes from now on needs another.
                changed.drainPermits();
                long start = System.nanoTime();
                look();
                TimeUnit.NANOSECONDS.sleep((SHARE - 1) * (System.nanoTime() - start));
            }
        } catch (InterruptedException e) {
            backend.close();
        }
    }

    private void look() {
        try {
            Plan plan = converger.plan(backend);
            if (!repairing) {
                report(plan);
            } else if (plan.isApplicable()) {
                LOG.debug(
                        "the host may not be as it should be: {} changes",
                        plan.changes().size());
                converger.apply();
            }
        } catch (BackendException | HostException e) {
            LOG.warn("the host could not be looked at: {}", e.getMessage());
        }
    }

    private void report(Plan plan) {
        List<String> differs = plan.changes().stream()
                .map(change -> change.action().sign() + " " + change.id())
                .toList();
        if (differs.equals(reported)) {
            return;
        }
        reported = differs;
        if (differs.isEmpty()) {
            LOG.info("the host is as it should be again");
        } else {
            LOG.warn("the host differs, and is left so: {}", String.join(", ", differs));
        }
    }

    @Override
    public void close() {
        events.close();
        looker.interrupt();
    }
}
