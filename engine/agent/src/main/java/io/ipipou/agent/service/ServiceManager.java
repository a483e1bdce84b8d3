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
 * Notifies the service manager that started this process, as sd_notify(3) and sd_watchdog_enabled(3) describe. Does nothing
 * if there is none. Thread-safe.
 */
public final class ServiceManager implements AutoCloseable {

    @FunctionalInterface
    interface NotifySocket {
        void send(String message) throws ErrnoException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    private final Optional<NotifySocket> socket;
    private final Optional<Duration> watchdogTimeout;
    private final ScheduledExecutorService watchdog =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ipipou-watchdog"));

    ServiceManager(Optional<NotifySocket> socket, Optional<Duration> watchdogTimeout) {
        this.socket = socket;
        this.watchdogTimeout = watchdogTimeout;
    }

    /** The service manager that these environment variables name. */
    public static ServiceManager of(Map<String, String> environment) {
        return new ServiceManager(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
                        .map(path -> message -> UnixDatagram.send(path, message)),
                watchdogTimeout(environment, ProcessHandle.current().pid()));
    }

    /** The watchdog timeout of this process; empty if the watchdog is off or expects another process. */
    static Optional<Duration> watchdogTimeout(Map<String, String> environment, long pid) {
        String expected = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        return Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(microseconds -> expected.equals(Long.toString(pid)) && microseconds.matches("[0-9]{1,15}"))
                .map(microseconds -> Duration.of(Long.parseLong(microseconds), ChronoUnit.MICROS))
                .filter(time -> !time.isZero());
    }

    /**
     * Reports that the service is up, and from now on resets the watchdog twice per timeout while the service is healthy.
     *
     * @param healthy called before each reset, on a thread of its own; while it blocks, the watchdog is not reset
     */
    public void ready(String status, BooleanSupplier healthy) {
        send("READY=1\nSTATUS=" + status);
        watchdogTimeout.ifPresent(time -> {
            long interval = time.dividedBy(2).toNanos();
            var unused = watchdog.scheduleAtFixedRate(
                    () -> resetWatchdog(healthy), interval, interval, TimeUnit.NANOSECONDS);
        });
    }

    private void resetWatchdog(BooleanSupplier healthy) {
        if (healthy.getAsBoolean()) {
            send("WATCHDOG=1");
        } else {
            Event.AGENT_UNHEALTHY.log(LOG);
        }
    }

    /** Reports that the configuration is being reloaded. */
    public void reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    /** Reports that the reload has ended, successfully or not. */
    public void reloaded(String status) {
        send("READY=1\nSTATUS=" + status);
    }

    private void send(String message) {
        socket.ifPresent(there -> {
            try {
                there.send(message);
            } catch (ErrnoException | IllegalArgumentException e) {
                LOG.warn("cannot notify the service manager: {}", e.getMessage());
            }
        });
    }

    /** Reports that the service is stopping. */
    @Override
    public void close() {
        watchdog.shutdownNow();
        send("STOPPING=1");
    }
}
