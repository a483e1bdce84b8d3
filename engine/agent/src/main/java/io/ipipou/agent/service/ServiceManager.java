package io.ipipou.agent.service;

import io.ipipou.agent.event.Event;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.netlink.socket.UnixDatagram;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that started this process how it is, as sd_notify(3) and sd_watchdog_enabled(3) say. Tells
 * nobody where there is none. For any thread.
 */
public final class ServiceManager implements AutoCloseable {

    /** Carries a message; a field of its own for tests. */
    @FunctionalInterface
    interface Line {
        void send(String message) throws ErrnoException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    private final Optional<Line> line;
    private final Optional<Duration> patience;
    private final ScheduledExecutorService beat =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ipipou-watchdog"));

    ServiceManager(Optional<Line> line, Optional<Duration> patience) {
        this.line = line;
        this.patience = patience;
    }

    /** The one that this environment names. */
    public static ServiceManager of(Map<String, String> environment) {
        return new ServiceManager(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
                        .map(path -> message -> UnixDatagram.send(path, message)),
                patience(environment, ProcessHandle.current().pid()));
    }

    /** How long the manager waits for a beat, when it waits for this process's. */
    static Optional<Duration> patience(Map<String, String> environment, long pid) {
        String waitedFor = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        return Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(microseconds -> waitedFor.equals(Long.toString(pid)) && microseconds.matches("[0-9]{1,15}"))
                .map(microseconds -> Duration.of(Long.parseLong(microseconds), ChronoUnit.MICROS))
                .filter(time -> !time.isZero());
    }

    /**
     * The service is up; from now on there is a beat, two in the time that the manager waits, for as long as it is well.
     *
     * @param well is asked before each beat, on a thread of its own; one that never answers is not well
     */
    public void ready(String status, BooleanSupplier well) {
        tell("READY=1\nSTATUS=" + status);
        patience.ifPresent(time -> {
            long interval = time.dividedBy(2).toNanos();
            var unused = beat.scheduleAtFixedRate(() -> beat(well), interval, interval, TimeUnit.NANOSECONDS);
        });
    }

    private void beat(BooleanSupplier well) {
        if (well.getAsBoolean()) {
            tell("WATCHDOG=1");
        } else {
            Event.AGENT_UNWELL.log(LOG);
        }
    }

    /** The file is being read again. */
    public void reloading() {
        tell("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    /** The file was read again, or what was in force stays so. */
    public void reloaded(String status) {
        tell("READY=1\nSTATUS=" + status);
    }

    private void tell(String message) {
        line.ifPresent(there -> {
            try {
                there.send(message);
            } catch (ErrnoException | IllegalArgumentException e) {
                LOG.warn("the service manager cannot be told: {}", e.getMessage());
            }
        });
    }

    /** The service is about to end. */
    @Override
    public void close() {
        beat.shutdownNow();
        tell("STOPPING=1");
    }
}
