package io.ipipou.cli.process;

import java.nio.file.Path;
import java.util.Optional;

/** The directories in which ipipou keeps files of its own. */
public final class Directories {

    private Directories() {}

    /** The lock and the agent's control socket; gone after a boot. */
    public static Path run() {
        return of("IPIPOU_RUN_DIR", "/run/ipipou");
    }

    /** The journal, replay protection and the last good revision; kept across boots. */
    public static Path state() {
        return of("IPIPOU_STATE_DIR", "/var/lib/ipipou");
    }

    private static Path of(String variable, String fallback) {
        return Path.of(Optional.ofNullable(System.getenv(variable)).orElse(fallback));
    }
}
