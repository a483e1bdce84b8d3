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

    private final RepairBackoff pacing = new RepairBackoff();
    /** A clock that wraps around is still one that runs forward. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos();

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /** Waits as told, mends, and has it undone at once, so many times; returns the waits. */
    private List<Duration> fight(int times) {
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Duration wait = pacing.wait(Set.of(LINK), now);
            waits.add(wait);
            pass(wait);
            assertThat(pacing.endedContention(Set.of(LINK), now)).isEmpty();
            assertThat(pacing.wait(Set.of(LINK), now)).isZero();
            pacing.repaired(Set.of(LINK), now);
        }
        return waits;
    }

    @Test
    void aFewRepairsAreMadeAtOnceAndThenTheWaitsGrowToAMinute() {
        assertThat(fight(12).stream().map(Duration::toSeconds))
                .containsExactly(0L, 0L, 0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void whatNobodyFightsOverIsMendedAtOnceEvenBesideAFight() {
        fight(8);
        assertThat(pacing.wait(Set.of(LINK), now)).isEqualTo(Duration.ofSeconds(32));
        assertThat(pacing.wait(Set.of(ROUTE), now)).isZero();
        assertThat(pacing.wait(Set.of(LINK, ROUTE), now)).isZero();
    }

    @Test
    void whatDiffersNowAndThenIsNoFight() {
        for (int i = 0; i < 20; i++) {
            assertThat(pacing.wait(Set.of(LINK), now)).isZero();
            assertThat(pacing.newContention(Set.of(LINK))).isEmpty();
            pacing.repaired(Set.of(LINK), now);
            pass(RepairBackoff.LASTING);
            assertThat(pacing.endedContention(Set.of(), now)).isEmpty();
        }
    }

    @Test
    void aFightIsOneHoweverLateItIsLookedAt() {
        for (int i = 0; i < RepairBackoff.IMMEDIATE_REPAIRS; i++) {
            assertThat(pacing.endedContention(Set.of(LINK), now)).isEmpty();
            pacing.repaired(Set.of(LINK), now);
            pass(RepairBackoff.LASTING.multipliedBy(2));
        }
        assertThat(pacing.endedContention(Set.of(LINK), now)).isEmpty();
        assertThat(pacing.newContention(Set.of(LINK))).isPresent();
    }

    @Test
    void aFightIsToldOnceWithWhatItIsAboutHowOftenAndHowLong() {
        fight(3);
        pass(Duration.ofMillis(100));
        assertThat(pacing.newContention(Set.of(LINK, ROUTE)))
                .contains(new RepairBackoff.Contention(Set.of(LINK), 3, Duration.ZERO));
        assertThat(pacing.contended()).containsExactly(LINK);
        fight(2);
        assertThat(pacing.newContention(Set.of(LINK))).isEmpty();
    }

    @Test
    void aFightEndsWhenARepairHasHeldTwiceAsLongAsItWaited() {
        fight(8);
        pacing.newContention(Set.of(LINK));
        pass(Duration.ofSeconds(64).minusNanos(1));
        assertThat(pacing.endedContention(Set.of(), now)).isEmpty();
        assertThat(pacing.nextEnd()).hasValue(now + 1);
        pass(Duration.ofNanos(1));
        assertThat(pacing.endedContention(Set.of(), now))
                .contains(new RepairBackoff.Contention(Set.of(LINK), 8, Duration.ofSeconds(1 + 2 + 4 + 8 + 16)));
        assertThat(pacing.contended()).isEmpty();
        assertThat(pacing.nextEnd()).isEmpty();
        assertThat(pacing.wait(Set.of(LINK), now)).isZero();
        assertThat(pacing.endedContention(Set.of(), now)).isEqualTo(Optional.empty());
    }
}
