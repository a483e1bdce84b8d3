package io.ipipou.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ipipou.spi.auth.ReplayStamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayGuardTest {

    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(2);
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    Path directory;

    private static ReplayStamp stamp(int second, String nonce) {
        return new ReplayStamp("a key", NOW.plusSeconds(second), nonce);
    }

    @Test
    void aStampIsAcceptedOnceAlsoAfterARestart() throws IOException {
        try (ReplayGuard guard = ReplayGuard.open(directory)) {
            assertThat(guard.acceptOnce(stamp(0, "a"), MAX_CLOCK_SKEW, NOW)).isTrue();
            assertThat(guard.acceptOnce(stamp(0, "a"), MAX_CLOCK_SKEW, NOW)).isFalse();
            assertThat(guard.acceptOnce(stamp(0, "b"), MAX_CLOCK_SKEW, NOW)).isTrue();
            assertThat(guard.acceptOnce(stamp(-30, "late"), MAX_CLOCK_SKEW, NOW))
                    .isTrue();
        }
        try (ReplayGuard next = ReplayGuard.open(directory)) {
            assertThat(next.acceptOnce(stamp(0, "a"), MAX_CLOCK_SKEW, NOW)).isFalse();
            assertThat(next.acceptOnce(stamp(-30, "late"), MAX_CLOCK_SKEW, NOW)).isFalse();
            assertThat(next.acceptOnce(stamp(1, "c"), MAX_CLOCK_SKEW, NOW)).isTrue();
        }
    }

    @Test
    void withoutAClockSkewLimitTheTimesOfAKeyMustNotDecrease() throws IOException {
        try (ReplayGuard guard = ReplayGuard.open(directory)) {
            assertThat(guard.acceptOnce(stamp(10, "a"), Duration.ZERO, NOW)).isTrue();
            assertThat(guard.acceptOnce(stamp(9, "b"), Duration.ZERO, NOW)).isFalse();
            assertThat(guard.acceptOnce(stamp(10, "c"), Duration.ZERO, NOW)).isTrue();
            assertThat(guard.acceptOnce(stamp(10, "c"), Duration.ZERO, NOW)).isFalse();
            assertThat(guard.acceptOnce(new ReplayStamp("another key", NOW, "a"), Duration.ZERO, NOW))
                    .isTrue();
        }
        try (ReplayGuard next = ReplayGuard.open(directory)) {
            assertThat(next.acceptOnce(stamp(9, "d"), Duration.ZERO, NOW)).isFalse();
        }
    }

    /** The clock jumps a day ahead, used stamps are dropped as too old, and the clock jumps back. */
    @Test
    void aClockThatJumpsAllowsNoReplay() throws IOException {
        Duration day = Duration.ofDays(1);
        try (ReplayGuard guard = ReplayGuard.open(directory)) {
            assertThat(guard.acceptOnce(stamp(0, "a"), MAX_CLOCK_SKEW, NOW)).isTrue();
            ReplayStamp ahead = new ReplayStamp("a key", NOW.plus(day), "b");
            assertThat(guard.acceptOnce(ahead, MAX_CLOCK_SKEW, NOW.plus(day))).isTrue();
            assertThat(guard.acceptOnce(stamp(0, "a"), MAX_CLOCK_SKEW, NOW)).isFalse();
        }
    }

    @Test
    void aKeyCanBeForgottenAlsoAfterARestart() throws IOException {
        ReplayStamp other = new ReplayStamp("another key", NOW, "a");
        try (ReplayGuard guard = ReplayGuard.open(directory)) {
            assertThat(guard.forget(Set.of("a key"))).isFalse();
            ReplayStamp ahead = stamp(1_000_000, "a");
            assertThat(guard.acceptOnce(ahead, Duration.ZERO, NOW)).isTrue();
            assertThat(guard.acceptOnce(other, Duration.ZERO, NOW)).isTrue();
            assertThat(guard.acceptOnce(stamp(0, "b"), Duration.ZERO, NOW)).isFalse();
            assertThat(guard.newerThan(stamp(0, "b"))).contains(ahead.time());
            assertThat(guard.newerThan(ahead)).isEmpty();
            assertThat(guard.forget(Set.of("a key"))).isTrue();
        }
        try (ReplayGuard next = ReplayGuard.open(directory)) {
            assertThat(next.acceptOnce(stamp(0, "b"), Duration.ZERO, NOW)).isTrue();
            assertThat(next.acceptOnce(other, Duration.ZERO, NOW)).isFalse();
        }
    }

    @Test
    void theFileBelongsToOneGuardAtATime() throws IOException {
        try (ReplayGuard guard = ReplayGuard.open(directory)) {
            assertThat(guard.acceptOnce(stamp(0, "a"), MAX_CLOCK_SKEW, NOW)).isTrue();
            assertThatIOException()
                    .isThrownBy(() -> ReplayGuard.open(directory))
                    .withMessageContaining("another agent uses " + directory);
        }
        ReplayGuard.open(directory).close();
    }

    @Test
    void onlyItsOwnerCanReadTheFileAndAnIncompleteLineIsIgnored() throws IOException {
        Path file = directory.resolve("replay");
        try (ReplayGuard guard = ReplayGuard.open(directory)) {
            assertThat(guard.acceptOnce(stamp(0, "a nonce\nof a plugin"), MAX_CLOCK_SKEW, NOW))
                    .isTrue();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.writeString(file, "used a+key 2026-01-01T12:0", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        try (ReplayGuard next = ReplayGuard.open(directory)) {
            assertThat(next.acceptOnce(stamp(0, "a nonce\nof a plugin"), MAX_CLOCK_SKEW, NOW))
                    .isFalse();
            assertThat(next.acceptOnce(stamp(1, "x"), MAX_CLOCK_SKEW, NOW)).isTrue();
        }
    }

    @Test
    void theFileIsCompacted() throws IOException {
        try (ReplayGuard guard = ReplayGuard.open(directory)) {
            for (int second = 0; second < 20_000; second++) {
                assertThat(guard.acceptOnce(stamp(second, "n"), MAX_CLOCK_SKEW, NOW.plusSeconds(second)))
                        .isTrue();
            }
        }
        assertThat(Files.readAllLines(directory.resolve("replay"))).hasSizeLessThan(3000);
    }
}
