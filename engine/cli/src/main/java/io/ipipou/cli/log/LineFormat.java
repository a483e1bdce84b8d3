package io.ipipou.cli.log;

import io.ipipou.core.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/**
 * Format of lines on standard error.
 *
 * @param json whether each line is a JSON object
 * @param priorities whether each line begins with its priority as in sd-daemon(3), which the journal strips
 */
public record LineFormat(boolean json, boolean priorities) {

    /** For people. */
    public static final LineFormat PLAIN = new LineFormat(false, false);

    public LineFormat asJson() {
        return new LineFormat(true, priorities);
    }

    /**
     * A log entry; each line ends in a newline.
     *
     * @param fields including the event's name, if it has one
     */
    public String entry(Instant time, Level level, Map<String, Object> fields, String message) {
        if (json) {
            return object(time, level, fields, message);
        }
        // With priorities the level is in them.
        String label =
                switch (level) {
                    case INFO -> "";
                    case WARN -> "warning: ";
                    case ERROR -> "error: ";
                    case DEBUG, TRACE -> "debug: ";
                };
        return lines(level, (priorities ? "" : label) + message);
    }

    /** A message of a command: an error unless it says that it is a warning or a note. */
    public String message(Instant time, Level level, String message) {
        String label =
                switch (level) {
                    case WARN -> "warning: ";
                    case INFO -> "note: ";
                    default -> "";
                };
        return json ? object(time, level, Map.of(), label + message) : lines(level, label + message);
    }

    private String lines(Level level, String message) {
        String prefix = priorities ? priority(level) : "ipipou: ";
        return message.lines().map(line -> prefix + line + "\n").collect(Collectors.joining());
    }

    /** SD_ERR, SD_WARNING, SD_INFO and SD_DEBUG of sd-daemon.h. */
    private static String priority(Level level) {
        return switch (level) {
            case ERROR -> "<3>";
            case WARN -> "<4>";
            case INFO -> "<6>";
            case DEBUG, TRACE -> "<7>";
        };
    }

    private String object(Instant time, Level level, Map<String, Object> fields, String message) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("time", time.truncatedTo(ChronoUnit.MICROS));
        object.put("level", level.toString().toLowerCase(Locale.ROOT));
        object.putAll(fields);
        object.put("message", message);
        return (priorities ? priority(level) : "") + Json.line(object) + "\n";
    }
}
