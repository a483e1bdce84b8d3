package io.ipipou.testbed;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs, in the network namespace of the calling thread. */
final class Command {

    private static final int SECONDS = 120;

    /** @param output standard output and standard error, in order */
    record Result(int status, String output) {}

    private Command() {}

    /**
     * Runs a program, which must succeed.
     *
     * @return its output
     */
    static String run(List<String> command) {
        return run(command, "");
    }

    /** As {@link #run(List)}, with this standard input. */
    static String run(List<String> command, String input) {
        Result result = tryRun(command, input);
        if (result.status() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + ": status " + result.status() + ": " + result.output());
        }
        return result.output();
    }

    /** @param input the standard input: it must fit into a pipe, 64 KiB */
    static Result tryRun(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + " timed out");
            }
            return new Result(process.exitValue(), output);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
