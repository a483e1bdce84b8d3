package io.ipipou.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.cli.log.LineFormat;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final Duration SOON = Duration.ofMillis(1);

    private final StringWriter err = new StringWriter();

    private Terminal terminal(boolean live) {
        return new Terminal(
                new PrintWriter(new StringWriter()), new PrintWriter(err, true), false, live, () -> LineFormat.PLAIN);
    }

    private void await(String text) {
        for (int i = 0; i < 10_000 && !err.toString().contains(text); i++) {
            LockSupport.parkNanos(SOON.toNanos());
        }
        assertThat(err.toString()).contains(text);
    }

    @Test
    void longWorkIsALineThatIsRewrittenAndErased() {
        try (Progress progress = Progress.start(terminal(true), "applying", SOON, SOON)) {
            await("\r\u001b[Kapplying (0 s)");
            progress.update(512, 4010);
            await("\r\u001b[Kapplying: 512 of 4010 (0 s)");
        }
        String printed = err.toString();
        assertThat(printed).endsWith(")\r\u001b[K").doesNotContain("\n");
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        assertThat(err).as("nothing after the end").hasToString(printed);
    }

    @Test
    void aLongLineIsShortened() {
        try (Progress progress = Progress.start(terminal(true), "x".repeat(200), SOON, SOON)) {
            progress.update(1, 2);
            await("xxx... (");
        }
        assertThat(err.toString().split("\r\u001b\\[K")).allMatch(line -> line.length() < 80);
    }

    @Test
    void shortWorkAndWorkWithoutATerminalPrintNothing() {
        Progress.start(terminal(true), "applying", Duration.ofMinutes(1), SOON).close();
        try (Progress progress = Progress.start(terminal(false), "applying", Duration.ZERO, SOON)) {
            progress.update(1, 2);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        assertThat(err).hasToString("");
    }
}
