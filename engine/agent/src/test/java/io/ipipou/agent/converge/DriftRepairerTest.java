package io.ipipou.agent.converge;

import static io.ipipou.agent.converge.FakeHost.STATIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.state.FouListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a host whose listener gets deleted, with a simulated clock. */
class DriftRepairerTest {

    private static final FouListener LISTENER = FouListener.onPort(10000);

    @TempDir
    private Path directory;

    private final List<Long> repairs = new ArrayList<>();
    private FakeHost host;
    private DriftRepairer repairer;
    private long now = 0;

    @BeforeEach
    void apply() throws Exception {
        host = new FakeHost(directory, Duration.ZERO);
        host.converger.apply();
        repairer = repairer(true);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private DriftRepairer repairer(boolean repairing) {
        return new DriftRepairer(host.converger, host.kernel.backend(), repairing, () -> now);
    }

    private boolean isListening() {
        return host.kernel.state().listeners().contains(LISTENER);
    }

    /** Deletes the listener 0.2 s after each repair, which causes a check; otherwise checks when asked to. */
    private void contend(Duration time) {
        for (long end = now + time.toNanos(); now < end; ) {
            long count = repairer.repairs().count();
            Duration next = repairer.check();
            if (repairer.repairs().count() > count) {
                repairs.add(now);
            }
            if (isListening()) {
                now += Duration.ofMillis(200).toNanos();
                host.kernel.fouDelete(LISTENER);
            } else {
                now += next.toNanos();
            }
        }
    }

    @Test
    void aSingleDeletionIsRepairedAtOnce() {
        assertThat(repairer.check()).isEqualTo(DriftRepairer.CHECK_INTERVAL);
        host.kernel.fouDelete(LISTENER);
        assertThat(repairer.check()).isEqualTo(RepairBackoff.LASTING);
        assertThat(isListening()).isTrue();
        now += RepairBackoff.LASTING.toNanos();
        assertThat(repairer.check()).isEqualTo(DriftRepairer.CHECK_INTERVAL);
        assertThat(repairer.repairs()).isEqualTo(new DriftWatch.Repairs(1, Set.of()));
    }

    @Test
    void aRepeatedDeletionIsRepairedLessAndLessOften() {
        contend(Duration.ofMinutes(10));
        // 3 at once, 6 in the first 63 s, then one a minute.
        assertThat(repairs).hasSizeBetween(14, 19);
        assertThat(repairs.subList(0, 3))
                .allMatch(at -> at < Duration.ofSeconds(1).toNanos());
        assertThat(repairer.repairs().contended()).containsExactly(LISTENER.id());
    }

    @Test
    void contentionIsReportedHoweverLateTheChecks() {
        for (int check = 0; check <= RepairBackoff.IMMEDIATE_REPAIRS; check++) {
            assertThat(repairer.repairs().contended()).isEmpty();
            host.kernel.fouDelete(LISTENER);
            now += RepairBackoff.LASTING.multipliedBy(2).toNanos();
            repairer.check();
        }
        assertThat(repairer.repairs().contended()).containsExactly(LISTENER.id());
    }

    @Test
    void anUnrelatedChangeIsRepairedAtOnceDuringContention() {
        contend(Duration.ofMinutes(3));
        long before = repairer.repairs().count();
        host.kernel.linkDelete(STATIC);
        repairer.check();
        assertThat(host.link(STATIC)).isPresent();
        assertThat(repairer.repairs().count()).isEqualTo(before + 1);
    }

    @Test
    void afterContentionHasEndedRepairsAreImmediateAgain() {
        contend(Duration.ofMinutes(3));
        for (long end = now + Duration.ofMinutes(4).toNanos(); now < end; ) {
            now += Math.max(1, repairer.check().toNanos());
        }
        assertThat(repairer.repairs().contended()).isEmpty();
        host.kernel.fouDelete(LISTENER);
        repairer.check();
        assertThat(isListening()).isTrue();
    }

    @Test
    void aHostThatCannotBeReadIsCheckedAgainSoonThenLessOften() {
        host.kernel.fouDelete(LISTENER);
        host.kernel.failReads(8);
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waits.add(repairer.check().toSeconds());
        }
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(repairer.check()).isEqualTo(RepairBackoff.LASTING);
        assertThat(isListening()).isTrue();
    }

    @Test
    void withoutRepairingNothingIsWritten() {
        repairer = repairer(false);
        host.kernel.fouDelete(LISTENER);
        int writes = host.kernel.writes();
        assertThat(repairer.check()).isEqualTo(DriftRepairer.CHECK_INTERVAL);
        assertThat(host.kernel.writes()).isEqualTo(writes);
        assertThat(repairer.repairs()).isEqualTo(new DriftWatch.Repairs(0, Set.of()));
    }
}
