package io.ipipou.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A program that runs while the test goes on. */
final class Background {

    /** Index of the field utime of /proc/PID/stat if the third field has index 0; stime follows. */
    private static final int UTIME = 14 - 3;
    /** USER_HZ is 100 wherever Java runs. */
    private static final long TICK_MILLIS = 10;

    private final Process process;
    private final BufferedReader reader;
    private final StringBuilder output = new StringBuilder();

    private Background(Process process) {
        this.process = process;
        this.reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it in the calling thread's namespace. */
    static Background start(List<String> command) throws IOException {
        return new Background(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Reads its output up to a line that contains the text. */
    Background awaitLine(String text) {
        for (Optional<String> line = readLine(); line.isPresent(); line = readLine()) {
            if (line.get().contains(text)) {
                return this;
            }
        }
        throw new IllegalStateException("ended without printing '" + text + "': " + output);
    }

    private Optional<String> readLine() {
        try {
            Optional<String> line = Optional.ofNullable(reader.readLine());
            line.ifPresent(text -> output.append(text).append('\n'));
            return line;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits for its end; returns all that it has printed. */
    String awaitEnd() {
        while (readLine().isPresent()) {}
        return output.toString();
    }

    /** Its resident memory now (VmRSS). */
    long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its processor time so far in milliseconds, in user and kernel mode (proc(5)). */
    long processorMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        // The second field, the name in parentheses, can contain spaces.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) * TICK_MILLIS;
    }

    /** Kills it (SIGKILL). */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Hangs up and then kills all processes of the session that it leads, as when their terminal is closed. */
    void killSession() {
        for (String signal : List.of("HUP", "KILL")) {
            Command.tryRun(List.of("pkill", "-" + signal, "-s", Long.toString(process.pid())), "");
        }
        process.onExit().join();
    }

    /** Interrupts it like Ctrl-C; returns all that it has printed. */
    String interrupt() {
        Command.run(List.of("kill", "-INT", Long.toString(process.pid())));
        return awaitEnd();
    }
}
