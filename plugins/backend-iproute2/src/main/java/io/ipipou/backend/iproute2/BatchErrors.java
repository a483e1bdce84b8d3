package io.ipipou.backend.iproute2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code ip -batch} printed on standard error.
 *
 * @param failedLine the first line that failed, from 1, if the output names one
 * @param message the output up to there, or all of it; may be empty
 */
record BatchErrors(Optional<Integer> failedLine, String message) {

    private static final Pattern FAILED = Pattern.compile("Command failed -:([0-9]{1,9})");

    static BatchErrors parse(String stderr) {
        List<String> message = new ArrayList<>();
        for (String line : stderr.lines().map(String::strip).toList()) {
            Matcher failed = FAILED.matcher(line);
            if (failed.matches()) {
                return new BatchErrors(Optional.of(Integer.valueOf(failed.group(1))), String.join("; ", message));
            }
            if (!line.isEmpty()) {
                message.add(line);
            }
        }
        return new BatchErrors(Optional.empty(), String.join("; ", message));
    }

    /** The message, never empty. */
    String text() {
        return Programs.orNoMessage(message);
    }
}
