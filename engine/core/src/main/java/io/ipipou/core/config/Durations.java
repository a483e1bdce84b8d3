package io.ipipou.core.config;

import java.time.Duration;
import java.util.Optional;

/** Durations as the file has them: {@code 27s}, {@code 5m}, {@code 1h} or 0. */
public final class Durations {

    /** A regular expression for those that are not 0. */
    static final String FORM = "[1-9][0-9]{0,8}[smh]";

    private Durations() {}

    public static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (!text.matches(FORM)) {
            return Optional.empty();
        }
        long count = Long.parseLong(text.substring(0, text.length() - 1));
        return Optional.of(
                switch (text.charAt(text.length() - 1)) {
                    case 's' -> Duration.ofSeconds(count);
                    case 'm' -> Duration.ofMinutes(count);
                    default -> Duration.ofHours(count);
                });
    }
}
