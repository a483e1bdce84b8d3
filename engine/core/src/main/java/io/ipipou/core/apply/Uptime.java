package io.ipipou.core.apply;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Time that all processes of a boot agree on, that goes on while the machine sleeps, and that nobody can set. */
public final class Uptime {

    private Uptime() {}

    /** Since the boot, to 10 ms (proc(5), {@code /proc/uptime}). */
    public static Duration now() throws IOException {
        String seconds = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
        return Duration.ofMillis(new BigDecimal(seconds).movePointRight(3).longValue());
    }
}
