package io.ipipou.core.apply;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A clock that is the same for all processes, runs while the machine sleeps, and cannot be set. */
public final class Uptime {

    private Uptime() {}

    /** The time since the boot, with a resolution of 10 ms (proc(5), {@code /proc/uptime}). */
    public static Duration now() throws IOException {
        String seconds = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
        return Duration.ofMillis(new BigDecimal(seconds).movePointRight(3).longValue());
    }
}
