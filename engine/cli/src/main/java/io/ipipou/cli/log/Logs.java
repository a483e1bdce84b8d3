package io.ipipou.cli.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.Level;

/** Format and level of this process's log. For any thread. */
public final class Logs {

    /** The environment variable with the lowest level to log; libraries log warnings and errors only. */
    public static final String LEVEL = "IPIPOU_LOG";

    private static volatile LineFormat format = LineFormat.PLAIN;
    private static volatile Level lowest = Level.INFO;

    private Logs() {}

    /**
     * Reads the environment: whether standard error is the journal, and the level.
     *
     * @return a warning, if the level is unknown
     */
    public static Optional<String> configure(Map<String, String> environment) {
        format = new LineFormat(false, JournalStream.isAt(JournalStream.STANDARD_ERROR, environment));
        String level = environment.getOrDefault(LEVEL, "info");
        Optional<Level> known = level(level);
        known.ifPresent(found -> lowest = found);
        return known.isPresent()
                ? Optional.empty()
                : Optional.of("unknown " + LEVEL + "=" + level + ", using info (write error, warn, info or debug)");
    }

    static Optional<Level> level(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "error" -> Optional.of(Level.ERROR);
            case "warn" -> Optional.of(Level.WARN);
            case "info" -> Optional.of(Level.INFO);
            case "debug" -> Optional.of(Level.DEBUG);
            default -> Optional.empty();
        };
    }

    /** From now on, every line is a JSON object. */
    public static void useJson() {
        format = format.asJson();
    }

    public static LineFormat format() {
        return format;
    }

    /** At lower levels libraries log their arguments, which can be secrets. */
    static boolean isLogged(String logger, Level level) {
        Level threshold = logger.startsWith("io.ipipou.") ? lowest : Level.WARN;
        return level.toInt() >= threshold.toInt();
    }

    static void log(Level level, Map<String, Object> fields, String message) {
        byte[] lines = format.entry(Instant.now(), level, fields, message).getBytes(StandardCharsets.UTF_8);
        System.err.write(lines, 0, lines.length);
        System.err.flush();
    }
}
