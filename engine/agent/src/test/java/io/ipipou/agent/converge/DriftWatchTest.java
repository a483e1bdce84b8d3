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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DriftWatchTest {

    private static final FouListener LISTENER = FouListener.onPort(10000);

    @TempDir
    private Path directory;

    private DriftSimulation sim;

    @BeforeEach
    void start() throws Exception {
        sim = new DriftSimulation(directory);
    }

    @AfterEach
    void close() {
        sim.close();
    }

    private void deleteListener() {
        sim.host.kernel.fouDelete(LISTENER);
        sim.watch.hostChanged();
    }

    private boolean isListening() {
        return sim.host.kernel.state().listeners().contains(LISTENER);
    }

    @Test
    void aChangeIsRepairedAfterItHasSettled() throws Exception {
        sim.at(Duration.ofSeconds(5), this::deleteListener);
        sim.at(Duration.ofMillis(5020), () -> sim.host.kernel.linkDelete(STATIC));
        sim.runUntil(Duration.ofSeconds(6));
        assertThat(isListening()).isTrue();
        assertThat(sim.host.link(STATIC)).isPresent();
        assertThat(sim.checks).first().isEqualTo(Duration.ofMillis(5050));
        assertThat(sim.watch.repairs()).isEqualTo(new DriftWatch.Repairs(1, Set.of()));
        assertThat(RecordedEvents.take())
                .filteredOn(event -> event.startsWith("drift."))
                .hasSize(1);
    }

    @Test
    void driftThatNothingReportsIsRepairedAtTheNextCheck() throws Exception {
        sim.at(Duration.ofMinutes(1), () -> sim.host.kernel.fouDelete(LISTENER));
        sim.runUntil(DriftRepairer.CHECK_INTERVAL.minusSeconds(1));
        assertThat(sim.checks).isEmpty();
        sim.runUntil(DriftRepairer.CHECK_INTERVAL.plusSeconds(1));
        assertThat(isListening()).isTrue();
    }

    @Test
    void anIdleHostIsCheckedEveryTenMinutes() throws Exception {
        sim.runUntil(Duration.ofMinutes(61));
        assertThat(sim.checks).hasSizeBetween(6, 7);
        assertThat(RecordedEvents.take()).isEmpty();
    }

    @Test
    void anEventStormDoesNotCauseMoreThanItsShareOfChecks() throws Exception {
        for (int ms = 0; ms < 10_000; ms++) {
            sim.at(Duration.ofMillis(ms), sim.watch::hostChanged);
        }
        sim.runUntil(Duration.ofSeconds(10));
        Duration cycle = DriftWatch.SETTLING.plus(DriftSimulation.CHECK_TIME.multipliedBy(DriftWatch.SHARE));
        assertThat(sim.checks).hasSizeBetween(10, (int) Duration.ofSeconds(10).dividedBy(cycle) + 1);
    }

    @Test
    void manyChangesAtOnceCauseOneCheck() throws Exception {
        for (int change = 0; change < 1000; change++) {
            sim.at(Duration.ofSeconds(1), sim.watch::hostChanged);
        }
        sim.runUntil(Duration.ofSeconds(10));
        assertThat(sim.checks).hasSize(1);
    }

    @Test
    void theLastChangeOfAStormIsChecked() throws Exception {
        for (int ms = 0; ms < 1000; ms++) {
            sim.at(Duration.ofMillis(ms), sim.watch::hostChanged);
        }
        sim.at(Duration.ofSeconds(1), this::deleteListener);
        sim.runUntil(Duration.ofSeconds(1).plus(Duration.ofMillis(500)));
        assertThat(isListening()).isTrue();
    }

    @Test
    void aChangeDuringACheckCausesAnother() throws Exception {
        sim.at(Duration.ofSeconds(1), sim.watch::hostChanged);
        // The check has read the state at 1.05 s, and is not done yet.
        sim.at(Duration.ofMillis(1060), this::deleteListener);
        sim.runUntil(Duration.ofSeconds(2));
        assertThat(isListening()).isTrue();
        assertThat(sim.checks).hasSize(2);
    }

    @Test
    void repairsThatSomethingKeepsUndoingGetRare() throws Exception {
        List<Duration> deletions = new ArrayList<>();
        Runnable undo = new Runnable() {
            @Override
            public void run() {
                if (isListening()) {
                    deletions.add(sim.now);
                    deleteListener();
                }
                if (sim.now.compareTo(Duration.ofMinutes(10)) < 0) {
                    sim.at(sim.now.plusMillis(200), this);
                }
            }
        };
        sim.at(Duration.ZERO, undo);
        sim.runUntil(Duration.ofMinutes(10));
        // 3 at once, 6 in the first 63 s, then one a minute.
        assertThat(deletions).hasSizeBetween(14, 19);
        assertThat(sim.watch.repairs().contended()).containsExactly(LISTENER.id());
        assertThat(RecordedEvents.take())
                .filteredOn(event -> event.startsWith("drift.contention"))
                .containsExactly(
                        "drift.contention resources=listener.0.0.0.0:10000 repairs=3 seconds=1 longest_wait=60");

        Duration start = sim.now;
        sim.at(start.plusSeconds(1), () -> sim.host.kernel.linkDelete(STATIC));
        sim.at(start.plusSeconds(1), sim.watch::hostChanged);
        sim.runUntil(start.plusSeconds(2));
        assertThat(sim.host.link(STATIC))
                .as("what nothing undoes is repaired at once")
                .isPresent();

        sim.runUntil(start.plus(Duration.ofMinutes(5)));
        assertThat(isListening()).isTrue();
        assertThat(sim.watch.repairs().contended()).isEmpty();
        assertThat(RecordedEvents.take())
                .filteredOn(event -> event.startsWith("drift.contention"))
                .singleElement()
                .asString()
                .startsWith("drift.contention_ended resources=listener.0.0.0.0:10000");
    }

    @Test
    void aStateThatCannotBeReadIsReadAgainLessAndLessOften() throws Exception {
        sim.host.kernel.failReads(5);
        sim.at(Duration.ofSeconds(1), this::deleteListener);
        sim.runUntil(Duration.ofMinutes(1));
        assertThat(isListening()).isTrue();
        List<Long> waits = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            waits.add(sim.checks.get(i).minus(sim.checks.get(i - 1)).toSeconds());
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
        sim.host.kernel.refuse(1, "ENOBUFS");
        sim.at(Duration.ofSeconds(1), this::deleteListener);
        sim.runUntil(Duration.ofMillis(1500));
        assertThat(isListening()).isFalse();
        sim.runUntil(Duration.ofMillis(2500));
        assertThat(isListening()).isTrue();
    }

    @Test
    void aRepairWaitsForAnotherRunToReleaseTheLock() throws Exception {
        try (HostLock lock = HostLock.tryAcquire(directory).orElseThrow()) {
            assertThat(lock).isNotNull();
            sim.at(Duration.ofSeconds(1), this::deleteListener);
            sim.runUntil(Duration.ofSeconds(5));
            assertThat(isListening()).isFalse();
        }
        sim.runUntil(Duration.ofSeconds(20));
        assertThat(isListening()).isTrue();
        assertThat(RecordedEvents.take())
                .filteredOn(
                        event -> event.startsWith("drift.check_failed reason=another ipipou process has held the lock"))
                .hasSize(1);
    }

    @Test
    void admittingAPeerIsNoDrift() throws Exception {
        sim.at(Duration.ofSeconds(1), () -> {
            sim.host.admit(LAPTOP, HOME);
            sim.watch.hostChanged();
        });
        sim.runUntil(Duration.ofSeconds(30));
        assertThat(sim.checks).isNotEmpty();
        assertThat(sim.watch.repairs()).isEqualTo(new DriftWatch.Repairs(0, Set.of()));
        assertThat(sim.host.link(LAPTOP)).isPresent();
    }

    @Test
    void withoutRepairingDriftIsOnlyReported() throws Exception {
        sim.watch = sim.watch(false);
        sim.at(Duration.ofSeconds(1), this::deleteListener);
        sim.runUntil(Duration.ofMinutes(20));
        assertThat(isListening()).isFalse();
        sim.at(sim.now.plusSeconds(1), () -> sim.host.kernel.fouAdd(LISTENER));
        sim.at(sim.now.plusSeconds(1), sim.watch::hostChanged);
        sim.runUntil(sim.now.plusSeconds(2));
        assertThat(RecordedEvents.take())
                .containsExactly("drift.detected resources=[+ listener.0.0.0.0:10000]", "drift.resolved");
        assertThat(sim.watch.repairs()).isEqualTo(new DriftWatch.Repairs(0, Set.<ResourceId>of()));
    }

    /** In real time. */
    @Test
    void closingEndsTheThreadAndClosesTheBackend() {
        Backend backend = sim.slow(sim.host.kernel.backend());
        DriftWatch running = DriftWatch.start(backend, sim.host.converger, true);
        assertThat(running.isAlive()).isTrue();
        running.hostChanged();
        await().until(() -> !sim.checks.isEmpty());
        running.close();
        await().until(() -> !running.isAlive());
        assertThat(sim.closed).isTrue();
    }
}
