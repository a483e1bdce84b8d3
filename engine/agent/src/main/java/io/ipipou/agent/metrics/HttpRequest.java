package io.ipipou.agent.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The head of a request of HTTP/1.x, RFC 9112, as far as it matters here.
 *
 * @param path without a query
 * @param accept what the client likes to get; empty for anything
 */
record HttpRequest(String method, String path, String accept) {

    /** Bytes; a scraper sends a few hundred. */
    static final int LONGEST = 8192;

    private static final Pattern REQUEST_LINE =
            Pattern.compile("([A-Z]+) (?:http://[^/ ]*)?(/[^ ?]*)(?:\\?[^ ]*)? HTTP/1\\.[0-9]");

    /** Where a head ends in what has come so far; 0 when it has not. */
    static int endOfHead(byte[] bytes, int length) {
        for (int i = 1; i < length; i++) {
            boolean bare = bytes[i] == '\n' && bytes[i - 1] == '\n';
            boolean whole = i >= 3 && bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n';
            if (bare || whole) {
                return i + 1;
            }
        }
        return 0;
    }

    /** @throws IllegalArgumentException if it is none */
    static HttpRequest parse(byte[] bytes, int length) {
        String head = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        String first = head.lines().findFirst().orElse("");
        Matcher line = REQUEST_LINE.matcher(first);
        if (!line.matches()) {
            throw new IllegalArgumentException("not a request of HTTP/1.1");
        }
        String accept = head.lines()
                .skip(1)
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith("accept:"))
                .map(header -> header.substring("accept:".length()).strip())
                .collect(Collectors.joining(","));
        return new HttpRequest(line.group(1), line.group(2), accept);
    }
}
