package io.ipipou.agent.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.spi.backend.Backend;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/** A {@link DriftWatch} in simulated time, in which a check takes 20 ms, on a host that matches its configuration. */
final class DriftSimulation implements AutoCloseable {

    static final Duration CHECK_TIME = Duration.ofMillis(20);

    final FakeHost host;
    /** When the state was read. */
    final List<Duration> checks = new ArrayList<>();

    DriftWatch watch;
    Duration now = Duration.ZERO;
    volatile boolean closed;
    private final TreeMap<Duration, Runnable> agenda = new TreeMap<>();
    private Duration limit = Duration.ZERO;
    private Duration next = DriftRepairer.CHECK_INTERVAL;

    DriftSimulation(Path directory) throws Exception {
        host = new FakeHost(directory, Duration.ZERO);
        host.converger.apply();
        RecordedEvents.take();
        watch = watch(true);
    }

    DriftWatch watch(boolean repairing) {
        return new DriftWatch(slow(host.kernel.backend()), host.converger, repairing, new SimulatedTime());
    }

    void at(Duration time, Runnable event) {
        agenda.merge(time, event, (first, second) -> () -> {
            first.run();
            second.run();
        });
    }

    private void advance(Duration time) {
        Duration end = now.plus(time);
        while (!agenda.isEmpty() && agenda.firstKey().compareTo(end) <= 0) {
            Map.Entry<Duration, Runnable> entry = agenda.pollFirstEntry();
            now = entry.getKey();
            entry.getValue().run();
        }
        now = end;
    }

    /** Does what the watch's thread does, until it waits at that time. */
    void runUntil(Duration end) throws InterruptedException {
        limit = end;
        try {
            while (true) {
                next = watch.awaitAndCheck(next);
            }
        } catch (LimitReached e) {
            next = e.left;
        }
    }

    /** Ends {@link #runUntil} while the watch waits. */
    private static final class LimitReached extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Duration left;

        LimitReached(Duration left) {
            this.left = left;
        }
    }

    private final class SimulatedTime extends DriftWatch.Timing {
        @Override
        long nanos() {
            return now.toNanos();
        }

        @Override
        void sleep(Duration time) {
            advance(time);
        }

        @Override
        boolean await(Semaphore semaphore, Duration timeout) {
            Duration end = now.plus(timeout);
            while (now.compareTo(limit) < 0) {
                if (semaphore.tryAcquire()) {
                    return true;
                }
                if (now.equals(end)) {
                    return false;
                }
                Duration event = agenda.isEmpty() ? end : agenda.firstKey();
                advance(Collections.min(List.of(event, end, limit)).minus(now));
            }
            throw new LimitReached(end.minus(now));
        }
    }

    /** A backend to read with. Reading the state takes time, in which the host may change. */
    Backend slow(Backend real) {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName())
                            .as("only the writing thread writes")
                            .isNotEqualTo("execute");
                    closed |= method.getName().equals("close");
                    if (!method.getName().equals("observe")) {
                        return method.invoke(real, arguments);
                    }
                    checks.add(now);
                    try {
                        return real.observe();
                    } finally {
                        advance(CHECK_TIME);
                    }
                });
    }

    @Override
    public void close() {
        host.close();
    }
}
