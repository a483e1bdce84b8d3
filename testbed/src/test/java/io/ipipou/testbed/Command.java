package io.ipipou.testbed;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs; a child process is in the network namespace of the thread that starts it. */
final class Command {

    private static final int SECONDS = 120;

    /** @param output stdout and stderr as they came */
    record Result(int status, String output) {}

    private Command() {}

    /**
     * Runs a program that has to succeed.
     *
     * @return its output
     */
    static String run(List<String> command) {
        return run(command, "");
    }

    /** As {@link #run(List)}, with something to read. */
    static String run(List<String> command, String input) {
        Result result = tryRun(command, input);
        if (result.status() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + ": status " + result.status() + ": " + result.output());
        }
        return result.output();
    }

    /** @param input less than a pipe holds */
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
                throw new IllegalStateException(String.join(" ", command) + " did not end");
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
