package io.ipipou.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServiceManagerTest {

    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();

    private ServiceManager manager(Duration watchdogTimeout) {
        return new ServiceManager(Optional.of(sent::add), Optional.of(watchdogTimeout));
    }

    @Test
    void notifiesReadyReloadingReadyAndStopping() {
        try (ServiceManager manager = manager(Duration.ofHours(1))) {
            AtomicReference<String> status = new AtomicReference<>("up");
            manager.ready(status::get, () -> true);
            manager.reloading();
            status.set("again");
            manager.reloaded();
        }
        assertThat(sent).hasSize(4).satisfies(all -> {
            List<String> messages = List.copyOf(all);
            assertThat(messages.get(0)).isEqualTo("READY=1\nSTATUS=up");
            assertThat(messages.get(1)).matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+");
            assertThat(messages.get(2)).isEqualTo("READY=1\nSTATUS=again");
            assertThat(messages.get(3)).isEqualTo("STOPPING=1");
        });
    }

    @Test
    void reportsAStatusThatChanges() throws InterruptedException {
        AtomicReference<String> status = new AtomicReference<>("2 tunnels up");
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        try (ServiceManager manager = new ServiceManager(Optional.of(messages::add), Optional.empty())) {
            manager.ready(status::get, () -> true);
            assertThat(messages.poll(10, TimeUnit.SECONDS)).isEqualTo("READY=1\nSTATUS=2 tunnels up");
            status.set("1 tunnel up, 1 deferred");
            assertThat(messages.poll(10, TimeUnit.SECONDS)).isEqualTo("STATUS=1 tunnel up, 1 deferred");
        }
        assertThat(messages.poll(10, TimeUnit.SECONDS)).isEqualTo("STOPPING=1");
    }

    @Test
    void resetsTheWatchdogWhileHealthy() throws InterruptedException {
        CountDownLatch checks = new CountDownLatch(5);
        try (ServiceManager manager = manager(Duration.ofMillis(2))) {
            manager.ready(() -> "up", () -> {
                checks.countDown();
                return checks.getCount() > 2;
            });
            assertThat(checks.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(sent).containsExactly("READY=1\nSTATUS=up", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1");
    }

    @Test
    void usesTheWatchdogOnlyIfItExpectsThisProcess() {
        assertThat(ServiceManager.watchdogTimeout(Map.of("WATCHDOG_USEC", "2000000"), 7))
                .contains(Duration.ofSeconds(2));
        assertThat(ServiceManager.watchdogTimeout(Map.of("WATCHDOG_USEC", "2000000", "WATCHDOG_PID", "7"), 7))
                .contains(Duration.ofSeconds(2));
        assertThat(ServiceManager.watchdogTimeout(Map.of("WATCHDOG_USEC", "2000000", "WATCHDOG_PID", "8"), 7))
                .isEmpty();
        assertThat(ServiceManager.watchdogTimeout(Map.of("WATCHDOG_USEC", "soon"), 7))
                .isEmpty();
        assertThat(ServiceManager.watchdogTimeout(Map.of(), 7)).isEmpty();
    }

    @Test
    void doesNothingWithoutAServiceManager() {
        try (ServiceManager manager = ServiceManager.of(Map.of())) {
            manager.ready(() -> "up", () -> true);
        }
        assertThat(sent).isEmpty();
    }
}
