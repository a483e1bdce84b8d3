package io.ipipou.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.auth.ReplayStamp;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replay stamps, in src/test/resources/golden, that commit 6dc3bdc wrote. */
class ReplayFileTest {

    private static final String KEY = "ed25519 Kq3u/5c+YQ==";
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-11-25T04:00:40.123456Z");

    @TempDir
    private Path directory;

    @Test
    void stampsAreReadAndWrittenAsBefore() throws Exception {
        Path file = directory.resolve("replay");
        try (InputStream golden = Objects.requireNonNull(getClass().getResourceAsStream("/golden/replay"))) {
            Files.copy(golden, file);
        }
        List<String> before = Files.readAllLines(file);
        try (ReplayGuard guard = ReplayGuard.open(directory)) {
            assertThat(Files.readAllLines(file)).containsExactlyInAnyOrderElementsOf(before);
            assertThat(guard.acceptOnce(new ReplayStamp(KEY, NOW, "8899aabb"), WINDOW, NOW))
                    .isFalse();
            assertThat(guard.acceptOnce(new ReplayStamp(KEY, NOW.minusSeconds(40), "new"), WINDOW, NOW))
                    .as("as old as a stamp that was forgotten")
                    .isFalse();
            assertThat(guard.acceptOnce(new ReplayStamp(KEY, NOW, "new"), WINDOW, NOW))
                    .isTrue();
        }
    }
}
