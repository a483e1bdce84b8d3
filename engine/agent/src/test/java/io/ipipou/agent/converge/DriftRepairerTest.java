package io.ipipou.agent.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.Planner;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import io.ipipou.testkit.FakeKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** On a host whose listeners get deleted, with a simulated clock. */
class DriftRepairerTest {

    private static final FouListener ONE = FouListener.onPort(10000);
    private static final FouListener OTHER = FouListener.onPort(10001);

    private final FakeKernel kernel = FakeKernel.withDevice(new LinkName("eth0"), Ipv4.of("203.0.113.1"), 24);
    private final Backend backend = kernel.backend();
    private final List<Long> repairs = new ArrayList<>();
    private long now = 0;
    private Optional<String> failure = Optional.empty();

    private final DriftRepairer.Host host = new DriftRepairer.Host() {
        @Override
        public Plan plan() throws BackendException {
            if (failure.isPresent()) {
                throw new BackendException(failure.orElseThrow());
            }
            DesiredState desired = new DesiredState(
                    Map.of(), Set.of(ONE, OTHER), Set.of(), Set.<Route>of(), Optional.empty(), Set.of());
            return Planner.plan(desired, backend.observe());
        }

        @Override
        public ApplyReport apply() throws BackendException {
            repairs.add(now);
            Plan plan = plan();
            return new ApplyReport(plan, backend.execute(plan.operations()), Optional.of(plan()), Optional.empty());
        }
    };

    private DriftRepairer repairer(boolean repairing) {
        return new DriftRepairer(host, repairing, () -> now);
    }

    /** Deletes a listener 0.2 s after each repair, which causes a check; otherwise checks when asked to. */
    private void contend(DriftRepairer repairer, Duration time) {
        for (long end = now + time.toNanos(); now < end; ) {
            Duration next = repairer.check();
            if (kernel.state().listeners().contains(ONE)) {
                now += Duration.ofMillis(200).toNanos();
                kernel.fouDelete(ONE);
            } else {
                now += next.toNanos();
            }
        }
    }

    @Test
    void aSingleDeletionIsRepairedAtOnce() {
        DriftRepairer repairer = repairer(true);
        repairer.check();
        kernel.fouDelete(ONE);
        assertThat(repairer.check()).isEqualTo(RepairBackoff.LASTING);
        assertThat(kernel.state().listeners()).contains(ONE);
        now += RepairBackoff.LASTING.toNanos();
        assertThat(repairer.check()).isEqualTo(DriftRepairer.CHECK_INTERVAL);
        assertThat(repairer.repairs()).isEqualTo(new DriftWatch.Repairs(2, Set.of()));
    }

    @Test
    void aRepeatedDeletionIsRepairedLessAndLessOften() {
        DriftRepairer repairer = repairer(true);
        contend(repairer, Duration.ofMinutes(10));
        // 3 at once, 6 in the first 63 s, then one a minute.
        assertThat(repairs).hasSizeBetween(14, 19);
        assertThat(repairs.subList(0, 3))
                .allMatch(at -> at < Duration.ofSeconds(1).toNanos());
        assertThat(repairer.repairs().contended()).containsExactly(ONE.id());
    }

    @Test
    void contentionIsReportedHoweverLateTheChecks() {
        DriftRepairer repairer = repairer(true);
        for (int check = 0; check <= RepairBackoff.IMMEDIATE_REPAIRS; check++) {
            assertThat(repairer.repairs().contended()).isEmpty();
            repairer.check();
            kernel.fouDelete(ONE);
            now += RepairBackoff.LASTING.multipliedBy(2).toNanos();
        }
        assertThat(repairer.repairs().contended()).containsExactly(ONE.id());
    }

    @Test
    void anUnrelatedChangeIsRepairedAtOnceDuringContention() {
        DriftRepairer repairer = repairer(true);
        contend(repairer, Duration.ofMinutes(3));
        int before = repairs.size();
        kernel.fouDelete(OTHER);
        repairer.check();
        assertThat(kernel.state().listeners()).contains(OTHER);
        assertThat(repairs).hasSize(before + 1);
    }

    @Test
    void afterContentionHasEndedRepairsAreImmediateAgain() {
        DriftRepairer repairer = repairer(true);
        contend(repairer, Duration.ofMinutes(3));
        for (long end = now + Duration.ofMinutes(4).toNanos(); now < end; ) {
            now += Math.max(1, repairer.check().toNanos());
        }
        assertThat(repairer.repairs().contended()).isEmpty();
        kernel.fouDelete(ONE);
        repairer.check();
        assertThat(kernel.state().listeners()).contains(ONE);
    }

    @Test
    void aHostThatCannotBeReadIsCheckedAgainSoonThenLessOften() {
        DriftRepairer repairer = repairer(true);
        failure = Optional.of("the kernel does not answer");
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waits.add(repairer.check().toSeconds());
        }
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        failure = Optional.empty();
        assertThat(repairer.check()).isEqualTo(RepairBackoff.LASTING);
        assertThat(kernel.state().listeners()).contains(ONE, OTHER);
    }

    @Test
    void withoutRepairingNothingIsWritten() {
        DriftRepairer repairer = repairer(false);
        assertThat(repairer.check()).isEqualTo(DriftRepairer.CHECK_INTERVAL);
        assertThat(kernel.state().listeners()).isEmpty();
        assertThat(repairer.repairs()).isEqualTo(new DriftWatch.Repairs(0, Set.of()));
    }
}
