package io.ipipou.core.config;

import io.ipipou.spi.Printable;

/** Makes text from the file fit to be shown on a terminal: short, on one line and without control characters. */
final class Quote {

    private static final int MAX_SHOWN = 120;

    private Quote() {}

    /** In single quotes. */
    static String value(String text) {
        return "'" + shown(text) + "'";
    }

    /** A part of a path; in double quotes when it is not a plain word. */
    static String key(String text) {
        boolean plain = !text.isEmpty() && text.chars().allMatch(c -> isWord(c) || c == '[' || c == ']');
        return plain && text.length() <= MAX_SHOWN ? text : '"' + shown(text) + '"';
    }

    private static boolean isWord(int c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-';
    }

    private static String shown(String text) {
        return Printable.escape(text, MAX_SHOWN);
    }
}
