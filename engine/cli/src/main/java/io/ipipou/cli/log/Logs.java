package io.ipipou.cli.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.Level;

/** How this process logs, as it was told at start. For any thread. */
public final class Logs {

    /** The environment variable with the lowest level of ipipou's own that is logged. */
    public static final String LEVEL = "IPIPOU_LOG";

    private static volatile LineFormat format = LineFormat.PLAIN;
    private static volatile Level lowest = Level.INFO;

    private Logs() {}

    /**
     * Takes over what the environment says: whether standard error is the journal, and the level.
     *
     * @return what is wrong with it
     */
    public static Optional<String> configure(Map<String, String> environment) {
        format = new LineFormat(false, JournalStream.isAt(JournalStream.STANDARD_ERROR, environment));
        String level = environment.getOrDefault(LEVEL, "info");
        Optional<Level> known = level(level);
        known.ifPresent(found -> lowest = found);
        return known.isPresent()
                ? Optional.empty()
                : Optional.of("warning: " + LEVEL + " is " + level + " (write error, warn, info or debug); it is info");
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

    /** From now on every line is a JSON object. */
    public static void useJson() {
        format = format.asJson();
    }

    public static LineFormat format() {
        return format;
    }

    /** Libraries tell of what they are given, secrets included, where they tell much. */
    static boolean isLogged(String logger, Level level) {
        Level from = logger.startsWith("io.ipipou.") ? lowest : Level.WARN;
        return level.toInt() >= from.toInt();
    }

    static void log(Level level, Map<String, Object> fields, String message) {
        byte[] lines = format.entry(Instant.now(), level, fields, message).getBytes(StandardCharsets.UTF_8);
        System.err.write(lines, 0, lines.length);
        System.err.flush();
    }
}
