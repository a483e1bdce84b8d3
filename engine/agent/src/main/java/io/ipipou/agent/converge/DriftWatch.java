package io.ipipou.agent.converge;

import io.ipipou.agent.watch.FouPorts;
import io.ipipou.agent.watch.KernelChange;
import io.ipipou.agent.watch.KernelEvents;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.ResourceId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the host when something changed, and has it mended when it is no longer as it should be. It looks with a
 * backend of its own, so that peers who prove themselves never wait for a look: most changes are their doing. Looks are
 * spaced by a multiple of what the last one took. What something else undoes each time is mended less and less often.
 */
public final class DriftWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);

    /** So that what changes together is looked at together. */
    private static final Duration SETTLING = Duration.ofMillis(50);

    /** Share of the time that looking may take: one part in so many. */
    private static final int SHARE = 4;

    /** Between two looks at the FOU ports alone, of which the kernel tells nobody. */
    private static final Duration PORTS = Duration.ofMillis(1200);

    private final KernelEvents events;
    private final FouPorts ports;
    private final Backend backend;
    private final DriftRepairer mender;
    private final Consumer<Set<KernelChange>> onEvents;
    private final Semaphore changed = new Semaphore(0);
    private final Thread looker = new Thread(this::lookOverAndOver, "ipipou-drift");
    private final Thread portWatch = new Thread(this::watchPorts, "ipipou-ports");

    /**
     * What was mended since the start.
     *
     * @param count how often something was; many things at once count once
     * @param foughtOver what something undoes each time, and is therefore mended with growing waits now
     */
    public record Repairs(long count, Set<ResourceId> foughtOver) {}

    private DriftWatch(
            KernelEvents events,
            FouPorts ports,
            Backend backend,
            Converger converger,
            boolean repairing,
            Consumer<Set<KernelChange>> onEvents) {
        this.events = events;
        this.ports = ports;
        this.backend = backend;
        this.mender = new DriftRepairer(host(converger, backend), repairing, System::nanoTime);
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
        KernelEvents events = KernelEvents.open();
        try {
            DriftWatch watch = new DriftWatch(events, FouPorts.open(), backend, converger, repairing, onEvents);
            new Thread(watch::listen, "ipipou-events").start();
            watch.looker.start();
            watch.portWatch.start();
            return watch;
        } catch (BackendException e) {
            events.close();
            throw e;
        }
    }

    private static DriftRepairer.Host host(Converger converger, Backend backend) {
        return new DriftRepairer.Host() {
            @Override
            public Plan plan() throws BackendException, UnresolvableException {
                return converger.plan(backend);
            }

            @Override
            public ApplyReport apply() throws BackendException, UnresolvableException {
                return converger.repair();
            }
        };
    }

    /** What was mended so far. For any thread. */
    public Repairs repairs() {
        return mender.repairs();
    }

    /** Whether it still looks. For any thread. */
    public boolean isAlive() {
        return looker.isAlive();
    }

    private void listen() {
        try {
            for (Set<KernelChange> changes = events.await(); !changes.isEmpty(); changes = events.await()) {
                tell(changes);
            }
        } catch (BackendException e) {
            LOG.error("changes of the host are no longer noticed at once: {}", e.getMessage());
        }
    }

    private void watchPorts() {
        try (ports) {
            while (true) {
                Thread.sleep(PORTS.toMillis());
                if (ports.changed()) {
                    tell(Set.of(KernelChange.LISTENERS));
                }
            }
        } catch (BackendException e) {
            LOG.error("changes of FOU ports are no longer noticed at once: {}", e.getMessage());
        } catch (InterruptedException e) {
            LOG.debug("no longer looking at FOU ports");
        }
    }

    private void tell(Set<KernelChange> changes) {
        onEvents.accept(changes);
        changed.release();
    }

    private void lookOverAndOver() {
        Duration next = DriftRepairer.UNPROMPTED;
        try {
            while (true) {
                if (changed.tryAcquire(next.toNanos(), TimeUnit.NANOSECONDS)) {
                    Thread.sleep(SETTLING.toMillis());
                }
                // Before the look: what changes from now on needs another.
                changed.drainPermits();
                long start = System.nanoTime();
                next = mender.look();
                TimeUnit.NANOSECONDS.sleep((SHARE - 1) * (System.nanoTime() - start));
            }
        } catch (InterruptedException e) {
            backend.close();
        }
    }

    @Override
    public void close() {
        events.close();
        looker.interrupt();
        portWatch.interrupt();
    }
}
