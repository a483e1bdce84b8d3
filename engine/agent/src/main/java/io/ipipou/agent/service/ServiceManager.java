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
import java.util.function.Supplier;
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
    private final ScheduledExecutorService statusTimer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ipipou-status"));
    private volatile Supplier<String> status = () -> "";
    private String reported = "";

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
     * Reports that the service is up. From now on, reports its status when that changes, and resets the watchdog twice per
     * timeout while the service is healthy.
     *
     * @param currentStatus a line for people; called every second
     * @param healthy called before each reset, on a thread of its own; while it blocks, the watchdog is not reset
     */
    public void ready(Supplier<String> currentStatus, BooleanSupplier healthy) {
        status = currentStatus;
        reloaded();
        if (socket.isPresent()) {
            var unused = statusTimer.scheduleWithFixedDelay(this::reportStatus, 1, 1, TimeUnit.SECONDS);
        }
        watchdogTimeout.ifPresent(time -> {
            long interval = time.dividedBy(2).toNanos();
            var unused = watchdog.scheduleAtFixedRate(
                    () -> resetWatchdog(healthy), interval, interval, TimeUnit.NANOSECONDS);
        });
    }

    private synchronized void reportStatus() {
        String now = status.get();
        if (!now.equals(reported)) {
            reported = now;
            send("STATUS=" + now);
        }
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
    public synchronized void reloaded() {
        reported = status.get();
        send("READY=1\nSTATUS=" + reported);
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
        statusTimer.shutdownNow();
        send("STOPPING=1");
    }
}
