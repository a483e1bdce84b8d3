package io.ipipou.agent.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.state.ResourceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepairBackoffTest {

    private static final ResourceId LINK = new ResourceId("tunnel", "t0");
    private static final ResourceId ROUTE = new ResourceId("route", "10.0.0.0/8");

    private final RepairBackoff backoff = new RepairBackoff();
    /** A monotonic clock may wrap. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos();

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /** Waits as required and repairs, so many times, while each repair is undone at once; returns the waits. */
    private List<Duration> contend(int times) {
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Duration wait = backoff.wait(Set.of(LINK), now);
            waits.add(wait);
            pass(wait);
            assertThat(backoff.endedContention(Set.of(LINK), now)).isEmpty();
            assertThat(backoff.wait(Set.of(LINK), now)).isZero();
            backoff.repaired(Set.of(LINK), now);
        }
        return waits;
    }

    @Test
    void theFirstRepairsAreImmediateAndThenTheWaitsGrowToAMinute() {
        assertThat(contend(12).stream().map(Duration::toSeconds))
                .containsExactly(0L, 0L, 0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void anUncontendedResourceIsRepairedAtOnceEvenDuringContention() {
        contend(8);
        assertThat(backoff.wait(Set.of(LINK), now)).isEqualTo(Duration.ofSeconds(32));
        assertThat(backoff.wait(Set.of(ROUTE), now)).isZero();
        assertThat(backoff.wait(Set.of(LINK, ROUTE), now)).isZero();
    }

    @Test
    void occasionalDriftIsNoContention() {
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.wait(Set.of(LINK), now)).isZero();
            assertThat(backoff.newContention(Set.of(LINK))).isEmpty();
            backoff.repaired(Set.of(LINK), now);
            pass(RepairBackoff.LASTING);
            assertThat(backoff.endedContention(Set.of(), now)).isEmpty();
        }
    }

    @Test
    void lateChecksDoNotHideContention() {
        for (int i = 0; i < RepairBackoff.IMMEDIATE_REPAIRS; i++) {
            assertThat(backoff.endedContention(Set.of(LINK), now)).isEmpty();
            backoff.repaired(Set.of(LINK), now);
            pass(RepairBackoff.LASTING.multipliedBy(2));
        }
        assertThat(backoff.endedContention(Set.of(LINK), now)).isEmpty();
        assertThat(backoff.newContention(Set.of(LINK))).isPresent();
    }

    @Test
    void contentionIsReportedOnceWithItsResourcesCountAndDuration() {
        contend(3);
        pass(Duration.ofMillis(100));
        assertThat(backoff.newContention(Set.of(LINK, ROUTE)))
                .contains(new RepairBackoff.Contention(Set.of(LINK), 3, Duration.ZERO));
        assertThat(backoff.contended()).containsExactly(LINK);
        contend(2);
        assertThat(backoff.newContention(Set.of(LINK))).isEmpty();
    }

    @Test
    void contentionEndsWhenARepairHasLastedTwiceAsLongAsItWaited() {
        contend(8);
        backoff.newContention(Set.of(LINK));
        pass(Duration.ofSeconds(64).minusNanos(1));
        assertThat(backoff.endedContention(Set.of(), now)).isEmpty();
        assertThat(backoff.nextEnd()).hasValue(now + 1);
        pass(Duration.ofNanos(1));
        assertThat(backoff.endedContention(Set.of(), now))
                .contains(new RepairBackoff.Contention(Set.of(LINK), 8, Duration.ofSeconds(1 + 2 + 4 + 8 + 16)));
        assertThat(backoff.contended()).isEmpty();
        assertThat(backoff.nextEnd()).isEmpty();
        assertThat(backoff.wait(Set.of(LINK), now)).isZero();
        assertThat(backoff.endedContention(Set.of(), now)).isEqualTo(Optional.empty());
    }
}
