package io.ipipou.core.apply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process of this boot. The start time distinguishes it from a later process with the same PID.
 *
 * @param number the PID
 * @param started in clock ticks since the boot (proc(5), {@code /proc/PID/stat}, field 22)
 */
public record ProcessId(long number, long started) {

    /** The number of fields between the command's name and the start time. */
    private static final int FIELDS_BEFORE_START = 19;

    /** This process. */
    public static ProcessId current() throws IOException {
        return of(ProcessHandle.current().pid());
    }

    /** @throws IOException if there is no such process */
    public static ProcessId of(long number) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(number), "stat"));
        // The command's name is in parentheses and can itself contain parentheses.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return new ProcessId(number, Long.parseLong(fields[FIELDS_BEFORE_START]));
    }

    /** Whether it still runs, in this process's PID namespace. */
    public boolean isAlive() {
        try {
            return of(number).equals(this);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
