package io.ipipou.agent.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The head of an HTTP/1.x request (RFC 9112), as far as it matters here.
 *
 * @param path without the query
 * @param accept the Accept header; empty if there is none
 */
record HttpRequest(String method, String path, String accept) {

    /** The longest head, in bytes; a scraper sends a few hundred. */
    static final int MAX_BYTES = 8192;

    private static final Pattern END_OF_HEAD = Pattern.compile("\n\r?\n");

    private static final Pattern REQUEST_LINE =
            Pattern.compile("([A-Z]+) (?:http://[^/ ]*)?(/[^ ?]*)(?:\\?[^ ]*)? HTTP/1\\.[0-9]");

    static boolean isComplete(String text) {
        return END_OF_HEAD.matcher(text).find();
    }

    /** @return empty if it is not an HTTP/1.x request */
    static Optional<HttpRequest> parse(String text) {
        List<String> lines = END_OF_HEAD.split(text, 2)[0].lines().toList();
        Matcher line = REQUEST_LINE.matcher(lines.isEmpty() ? "" : lines.get(0));
        if (!line.matches()) {
            return Optional.empty();
        }
        String accept = lines.stream()
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith("accept:"))
                .map(header -> header.substring("accept:".length()).strip())
                .collect(Collectors.joining(","));
        return Optional.of(new HttpRequest(line.group(1), line.group(2), accept));
    }
}
