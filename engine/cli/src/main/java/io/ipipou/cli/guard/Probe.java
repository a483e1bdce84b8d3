package io.ipipou.cli.guard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * An operator's own command that tells whether an apply was right.
 *
 * @param command for {@code sh -c}
 */
public record Probe(String command) {

    /** How much of what it printed is told. */
    private static final int TOLD_BYTES = 2000;

    /** How long what a probe that has ended printed may still be on its way: what it left running may hold the pipe. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /**
     * Runs it, and ends it with all that it started when its time is over.
     *
     * @return what went wrong; empty when it succeeded
     */
    public Optional<String> failure(Duration within) {
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .start();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> end(process.getInputStream()));
            boolean ended = process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            return ended && process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of("the probe '" + command + "' "
                            + (ended ? "failed with status " + process.exitValue() : "was not done in time")
                            + output.completeOnTimeout("", LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                                    .join());
        } catch (IOException e) {
            return Optional.of("the probe '" + command + "' cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the probe '" + command + "' was interrupted");
        }
    }

    /** The end of what is there to read, a line each for what it said. */
    private static String end(InputStream in) {
        byte[] last = {};
        byte[] chunk = new byte[TOLD_BYTES];
        try (in) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                byte[] both = Arrays.copyOf(last, last.length + count);
                System.arraycopy(chunk, 0, both, last.length, count);
                last = Arrays.copyOfRange(both, Math.max(0, both.length - TOLD_BYTES), both.length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StringBuilder lines = new StringBuilder();
        new String(last, StandardCharsets.UTF_8).lines().forEach(line -> lines.append("\n  ")
                .append(line));
        return lines.toString();
    }
}
