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
 * How lines on standard error look.
 *
 * @param json whether each is a JSON object; text for people otherwise
 * @param priorities whether each begins with its priority, as sd-daemon(3) says, which the journal takes off again
 */
public record LineFormat(boolean json, boolean priorities) {

    /** What a person reads. */
    public static final LineFormat PLAIN = new LineFormat(false, false);

    /** Like this one, but JSON. */
    public LineFormat asJson() {
        return new LineFormat(true, priorities);
    }

    /**
     * What is logged, each line with its newline.
     *
     * @param fields the event's name among them, if it has one
     */
    public String entry(Instant time, Level level, Map<String, Object> fields, String message) {
        return json ? object(time, level, fields, message) : text(level, word(level) + message);
    }

    /** What a command remarks: one that begins with neither {@code note:} nor {@code warning:} is an error. */
    public String remark(Instant time, String message) {
        Level level =
                message.startsWith("note: ") ? Level.INFO : message.startsWith("warning: ") ? Level.WARN : Level.ERROR;
        return json ? object(time, level, Map.of(), message) : text(level, message);
    }

    private String text(Level level, String message) {
        String before = priorities ? priority(level) : "ipipou: ";
        return message.lines().map(line -> before + line + "\n").collect(Collectors.joining());
    }

    /** For people, who see no priority. */
    private String word(Level level) {
        return priorities
                ? ""
                : switch (level) {
                    case ERROR -> "error: ";
                    case WARN -> "warning: ";
                    case INFO -> "";
                    case DEBUG, TRACE -> "debug: ";
                };
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
