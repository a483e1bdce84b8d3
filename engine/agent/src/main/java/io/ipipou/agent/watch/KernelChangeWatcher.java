package io.ipipou.agent.watch;

import io.ipipou.spi.backend.BackendException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports the changes of a network namespace, on threads of its own. Thread-safe. */
public final class KernelChangeWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KernelChangeWatcher.class);

    private static final Duration PORT_INTERVAL = Duration.ofMillis(1200);

    private final KernelEvents events;
    private final FouPorts ports;
    private final Consumer<Set<KernelChange>> onChange;
    private final Thread portThread = new Thread(this::pollPorts, "ipipou-ports");

    private KernelChangeWatcher(KernelEvents events, FouPorts ports, Consumer<Set<KernelChange>> onChange) {
        this.events = events;
        this.ports = ports;
        this.onChange = onChange;
    }

    /**
     * Watches the calling thread's network namespace.
     *
     * @param onChange must not block; called by several threads
     */
    public static KernelChangeWatcher start(Consumer<Set<KernelChange>> onChange) throws BackendException {
        KernelEvents events = KernelEvents.open();
        try {
            KernelChangeWatcher watcher = new KernelChangeWatcher(events, FouPorts.open(), onChange);
            new Thread(watcher::awaitEvents, "ipipou-events").start();
            watcher.portThread.start();
            return watcher;
        } catch (BackendException e) {
            events.close();
            throw e;
        }
    }

    private void awaitEvents() {
        try {
            for (Set<KernelChange> changes = events.await(); !changes.isEmpty(); changes = events.await()) {
                onChange.accept(changes);
            }
        } catch (BackendException e) {
            LOG.error("drift is no longer noticed at once: {}", e.getMessage());
        }
    }

    private void pollPorts() {
        try (ports) {
            while (true) {
                Thread.sleep(PORT_INTERVAL.toMillis());
                if (ports.changed()) {
                    onChange.accept(Set.of(KernelChange.LISTENERS));
                }
            }
        } catch (BackendException e) {
            LOG.error("drift of FOU ports is no longer noticed at once: {}", e.getMessage());
        } catch (InterruptedException e) {
            LOG.debug("no longer polling FOU ports");
        }
    }

    @Override
    public void close() {
        events.close();
        portThread.interrupt();
    }
}
