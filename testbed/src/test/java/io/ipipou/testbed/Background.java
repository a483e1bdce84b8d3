package io.ipipou.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program that runs while the test goes on. */
final class Background {

    private final Process process;
    private final BufferedReader output;

    private Background(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it in the calling thread's namespace. */
    static Background start(List<String> command) throws IOException {
        return new Background(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Reads its output up to a line that contains the text. */
    Background awaitLine(String text) {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.contains(text)) {
                    return this;
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        throw new IllegalStateException("ended without printing '" + text + "'");
    }

    /** What it prints until it ends. */
    String rest() {
        StringBuilder text = new StringBuilder();
        output.lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Its resident memory now (VmRSS). */
    long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    /** Ends it at once, without a chance to do anything (SIGKILL). */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends it as Ctrl-C does, and returns what it still printed. */
    String interrupt() {
        Command.run(List.of("kill", "-INT", Long.toString(process.pid())));
        return rest();
    }
}
