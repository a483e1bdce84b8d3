package io.ipipou.agent.converge;

import static io.ipipou.agent.converge.FakeHost.HOME;
import static io.ipipou.agent.converge.FakeHost.LAPTOP;
import static io.ipipou.agent.converge.FakeHost.STATIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.core.apply.HostLock;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ResourceId;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In simulated time, in which a check takes 20 ms. */
@Timeout(60)
class DriftWatchTest {

    private static final Duration CHECK_TIME = Duration.ofMillis(20);
    private static final FouListener LISTENER = FouListener.onPort(10000);

    @TempDir
    private Path directory;

    private final TreeMap<Duration, Runnable> agenda = new TreeMap<>();
    private final List<Duration> checks = new ArrayList<>();
    private FakeHost host;
    private Duration now = Duration.ZERO;
    private Duration limit = Duration.ZERO;
    private DriftWatch watch;
    private volatile boolean closed;
    private Duration next = DriftRepairer.CHECK_INTERVAL;

    @BeforeEach
    void start() throws Exception {
        host = new FakeHost(directory, Duration.ZERO);
        host.converger.apply();
        RecordedEvents.take();
        watch = watch(true);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private DriftWatch watch(boolean repairing) {
        return new DriftWatch(slow(host.kernel.backend()), host.converger, repairing, new SimulatedTime());
    }

    private void at(Duration time, Runnable event) {
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
    private void runUntil(Duration end) throws InterruptedException {
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
    private Backend slow(Backend real) {
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

    private void deleteListener() {
        host.kernel.fouDelete(LISTENER);
        watch.hostChanged();
    }

    private boolean isListening() {
        return host.kernel.state().listeners().contains(LISTENER);
    }

    @Test
    void aChangeIsRepairedAfterItHasSettled() throws Exception {
        at(Duration.ofSeconds(5), this::deleteListener);
        at(Duration.ofMillis(5020), () -> host.kernel.linkDelete(STATIC));
        runUntil(Duration.ofSeconds(6));
        assertThat(isListening()).isTrue();
        assertThat(host.link(STATIC)).isPresent();
        assertThat(checks).first().isEqualTo(Duration.ofMillis(5050));
        assertThat(watch.repairs()).isEqualTo(new DriftWatch.Repairs(1, Set.of()));
        assertThat(RecordedEvents.take())
                .filteredOn(event -> event.startsWith("drift."))
                .hasSize(1);
    }

    @Test
    void driftThatNothingReportsIsRepairedAtTheNextCheck() throws Exception {
        at(Duration.ofMinutes(1), () -> host.kernel.fouDelete(LISTENER));
        runUntil(DriftRepairer.CHECK_INTERVAL.minusSeconds(1));
        assertThat(checks).isEmpty();
        runUntil(DriftRepairer.CHECK_INTERVAL.plusSeconds(1));
        assertThat(isListening()).isTrue();
    }

    @Test
    void anIdleHostIsCheckedEveryTenMinutes() throws Exception {
        runUntil(Duration.ofMinutes(61));
        assertThat(checks).hasSizeBetween(6, 7);
        assertThat(RecordedEvents.take()).isEmpty();
    }

    @Test
    void anEventStormDoesNotCauseMoreThanItsShareOfChecks() throws Exception {
        for (int ms = 0; ms < 10_000; ms++) {
            at(Duration.ofMillis(ms), watch::hostChanged);
        }
        runUntil(Duration.ofSeconds(10));
        Duration cycle = DriftWatch.SETTLING.plus(CHECK_TIME.multipliedBy(DriftWatch.SHARE));
        assertThat(checks).hasSizeBetween(10, (int) Duration.ofSeconds(10).dividedBy(cycle) + 1);
    }

    @Test
    void manyChangesAtOnceCauseOneCheck() throws Exception {
        for (int change = 0; change < 1000; change++) {
            at(Duration.ofSeconds(1), watch::hostChanged);
        }
        runUntil(Duration.ofSeconds(10));
        assertThat(checks).hasSize(1);
    }

    @Test
    void theLastChangeOfAStormIsChecked() throws Exception {
        for (int ms = 0; ms < 1000; ms++) {
            at(Duration.ofMillis(ms), watch::hostChanged);
        }
        at(Duration.ofSeconds(1), this::deleteListener);
        runUntil(Duration.ofSeconds(1).plus(Duration.ofMillis(500)));
        assertThat(isListening()).isTrue();
    }

    @Test
    void aChangeDuringACheckCausesAnother() throws Exception {
        at(Duration.ofSeconds(1), watch::hostChanged);
        // The check has read the state at 1.05 s, and is not done yet.
        at(Duration.ofMillis(1060), this::deleteListener);
        runUntil(Duration.ofSeconds(2));
        assertThat(isListening()).isTrue();
        assertThat(checks).hasSize(2);
    }

    @Test
    void repairsThatSomethingKeepsUndoingGetRare() throws Exception {
        List<Duration> deletions = new ArrayList<>();
        Runnable undo = new Runnable() {
            @Override
            public void run() {
                if (isListening()) {
                    deletions.add(now);
                    deleteListener();
                }
                if (now.compareTo(Duration.ofMinutes(10)) < 0) {
                    at(now.plusMillis(200), this);
                }
            }
        };
        at(Duration.ZERO, undo);
        runUntil(Duration.ofMinutes(10));
        // 3 at once, 6 in the first 63 s, then one a minute.
        assertThat(deletions).hasSizeBetween(14, 19);
        assertThat(watch.repairs().contended()).containsExactly(LISTENER.id());
        assertThat(RecordedEvents.take())
                .filteredOn(event -> event.startsWith("drift.contention"))
                .containsExactly(
                        "drift.contention resources=listener.0.0.0.0:10000 repairs=3 seconds=1 longest_wait=60");

        Duration start = now;
        at(start.plusSeconds(1), () -> host.kernel.linkDelete(STATIC));
        at(start.plusSeconds(1), watch::hostChanged);
        runUntil(start.plusSeconds(2));
        assertThat(host.link(STATIC))
                .as("what nothing undoes is repaired at once")
                .isPresent();

        runUntil(start.plus(Duration.ofMinutes(5)));
        assertThat(isListening()).isTrue();
        assertThat(watch.repairs().contended()).isEmpty();
        assertThat(RecordedEvents.take())
                .filteredOn(event -> event.startsWith("drift.contention"))
                .singleElement()
                .asString()
                .startsWith("drift.contention_ended resources=listener.0.0.0.0:10000");
    }

    @Test
    void aStateThatCannotBeReadIsReadAgainLessAndLessOften() throws Exception {
        host.kernel.failReads(5);
        at(Duration.ofSeconds(1), this::deleteListener);
        runUntil(Duration.ofMinutes(1));
        assertThat(isListening()).isTrue();
        List<Long> waits = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            waits.add(checks.get(i).minus(checks.get(i - 1)).toSeconds());
        }
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L);
        assertThat(RecordedEvents.take())
                .filteredOn(event -> event.startsWith("drift."))
                .containsExactly(
                        "drift.check_failed reason=the state keeps changing while it is being read; try again",
                        "drift.repaired resources=[listener.0.0.0.0:10000]");
    }

    @Test
    void aRepairThatTheKernelRefusesIsTriedAgain() throws Exception {
        host.kernel.refuse(1, "ENOBUFS");
        at(Duration.ofSeconds(1), this::deleteListener);
        runUntil(Duration.ofMillis(1500));
        assertThat(isListening()).isFalse();
        runUntil(Duration.ofMillis(2500));
        assertThat(isListening()).isTrue();
    }

    @Test
    void aRepairWaitsForAnotherRunToReleaseTheLock() throws Exception {
        try (HostLock lock = HostLock.tryAcquire(directory).orElseThrow()) {
            assertThat(lock).isNotNull();
            at(Duration.ofSeconds(1), this::deleteListener);
            runUntil(Duration.ofSeconds(5));
            assertThat(isListening()).isFalse();
        }
        runUntil(Duration.ofSeconds(20));
        assertThat(isListening()).isTrue();
        assertThat(RecordedEvents.take())
                .filteredOn(event -> event.startsWith("drift.check_failed reason=another run has held the lock"))
                .hasSize(1);
    }

    @Test
    void admittingAPeerIsNoDrift() throws Exception {
        at(Duration.ofSeconds(1), () -> {
            host.admit(LAPTOP, HOME);
            watch.hostChanged();
        });
        runUntil(Duration.ofSeconds(30));
        assertThat(checks).isNotEmpty();
        assertThat(watch.repairs()).isEqualTo(new DriftWatch.Repairs(0, Set.of()));
        assertThat(host.link(LAPTOP)).isPresent();
    }

    @Test
    void withoutRepairingDriftIsOnlyReported() throws Exception {
        watch = watch(false);
        at(Duration.ofSeconds(1), this::deleteListener);
        runUntil(Duration.ofMinutes(20));
        assertThat(isListening()).isFalse();
        at(now.plusSeconds(1), () -> host.kernel.fouAdd(LISTENER));
        at(now.plusSeconds(1), watch::hostChanged);
        runUntil(now.plusSeconds(2));
        assertThat(RecordedEvents.take())
                .containsExactly("drift.detected resources=[+ listener.0.0.0.0:10000]", "drift.resolved");
        assertThat(watch.repairs()).isEqualTo(new DriftWatch.Repairs(0, Set.<ResourceId>of()));
    }

    /** In real time. */
    @Test
    void closingEndsTheThreadAndClosesTheBackend() {
        Backend backend = slow(host.kernel.backend());
        DriftWatch running = DriftWatch.start(backend, host.converger, true);
        assertThat(running.isAlive()).isTrue();
        running.hostChanged();
        await().until(() -> !checks.isEmpty());
        running.close();
        await().until(() -> !running.isAlive());
        assertThat(closed).isTrue();
    }
}
