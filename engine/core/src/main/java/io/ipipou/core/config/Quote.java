package io.ipipou.core.config;

import io.ipipou.spi.Printable;

/** Quotes text of the file for a terminal: short, on one line and without control characters. */
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

    /** Text to write in the file: in double quotes where YAML would take it for something else. */
    static String word(String text) {
        boolean plain = text.matches("[A-Za-z0-9_][A-Za-z0-9_./-]*") && Scalars.kind(text) == Node.Kind.TEXT;
        return plain ? text : '"' + shown(text) + '"';
    }

    private static boolean isWord(int c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-';
    }

    private static String shown(String text) {
        return Printable.escape(text, MAX_SHOWN);
    }
}
