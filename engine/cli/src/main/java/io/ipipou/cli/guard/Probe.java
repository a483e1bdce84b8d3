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
import java.util.stream.Collectors;

/**
 * An operator's command that tests the result of an apply.
 *
 * @param command for {@code sh -c}
 */
record Probe(String command) {

    /** How much of the end of the output is reported. */
    private static final int OUTPUT_BYTES = 2000;

    /** How long to wait for the rest of the output: a process that the probe left running can hold the pipe open. */
    private static final Duration OUTPUT_TIMEOUT = Duration.ofSeconds(1);

    /**
     * Runs the command; kills it and its children at the time limit.
     *
     * @return what went wrong, with the command's output; empty if it succeeded
     */
    Optional<String> failure(Duration timeLimit) {
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .start();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> tail(process.getInputStream()));
            boolean ended = process.waitFor(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
            if (ended && process.exitValue() == 0) {
                return Optional.empty();
            }
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            String printed = output.completeOnTimeout("", OUTPUT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return message((ended ? "failed with exit status " + process.exitValue() : "timed out") + printed);
        } catch (IOException e) {
            return message("cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return message("was interrupted");
        }
    }

    private Optional<String> message(String predicate) {
        return Optional.of("the probe '" + command + "' " + predicate);
    }

    /** The last lines, each indented on a line of its own. */
    private static String tail(InputStream in) {
        byte[] last = {};
        byte[] chunk = new byte[OUTPUT_BYTES];
        try (in) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                byte[] both = Arrays.copyOf(last, last.length + count);
                System.arraycopy(chunk, 0, both, last.length, count);
                last = Arrays.copyOfRange(both, Math.max(0, both.length - OUTPUT_BYTES), both.length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String(last, StandardCharsets.UTF_8)
                .lines()
                .map(line -> "\n  " + line)
                .collect(Collectors.joining());
    }
}
