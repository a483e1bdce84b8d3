package io.ipipou.core.config;

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
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(MAX_SHOWN).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || isSeparator(c)) {
                shown.append(String.format("\\u%04X", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown + (text.codePointCount(0, text.length()) > MAX_SHOWN ? "..." : "");
    }

    private static boolean isSeparator(int c) {
        return Character.isSpaceChar(c) && c != ' ';
    }
}
