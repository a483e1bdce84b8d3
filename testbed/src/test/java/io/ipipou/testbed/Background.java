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

    /** Place of the field utime, with stime after it, counted from the third. */
    private static final int UTIME = 14 - 3;
    /** USER_HZ is 100 wherever Java runs. */
    private static final long TICK_MILLIS = 10;

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

    boolean isAlive() {
        return process.isAlive();
    }

    /** The time that it has had a processor so far, in its own code and in the kernel's, milliseconds (proc(5)). */
    long processorMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        // The second field, the name in parentheses, may have spaces.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) * TICK_MILLIS;
    }

    /** Ends it at once, without a chance to do anything (SIGKILL). */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends it, and all else in the session that it leads, as the end of their terminal does and then for good. */
    void killSession() {
        for (String signal : List.of("HUP", "KILL")) {
            Command.tryRun(List.of("pkill", "-" + signal, "-s", Long.toString(process.pid())), "");
        }
        process.onExit().join();
    }

    /** Ends it as Ctrl-C does, and returns what it still printed. */
    String interrupt() {
        Command.run(List.of("kill", "-INT", Long.toString(process.pid())));
        return rest();
    }
}
