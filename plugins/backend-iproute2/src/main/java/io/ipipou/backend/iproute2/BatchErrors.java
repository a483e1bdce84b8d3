package io.ipipou.backend.iproute2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code ip -batch} said on its standard error.
 *
 * @param failed the first line, from 1, that it says has failed
 * @param reason all it said before that, or all it said
 */
record BatchErrors(Optional<Integer> failed, String reason) {

    private static final Pattern FAILED = Pattern.compile("Command failed -:([0-9]{1,9})");

    static BatchErrors parse(String stderr) {
        List<String> reason = new ArrayList<>();
        for (String line : stderr.lines().map(String::strip).toList()) {
            Matcher failed = FAILED.matcher(line);
            if (failed.matches()) {
                return new BatchErrors(Optional.of(Integer.valueOf(failed.group(1))), String.join("; ", reason));
            }
            if (!line.isEmpty()) {
                reason.add(line);
            }
        }
        return new BatchErrors(Optional.empty(), String.join("; ", reason));
    }

    /** The reason, in words that are never empty. */
    String all() {
        return reason.isEmpty() ? "it did not say why" : reason;
    }
}
