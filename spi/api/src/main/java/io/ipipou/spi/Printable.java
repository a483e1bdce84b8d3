package io.ipipou.spi;

/**
 * Makes text from a file, a peer or a remote server safe to print: it cannot forge a line of output or control a
 * terminal. Plugins must use it for such text in every message, log entry and exception.
 */
public final class Printable {

    /** Characters that {@link #line(String)} keeps. */
    private static final int MAX_LINE = 300;

    private Printable() {}

    /** As {@link #line(String, int)}, cut to 300 characters. */
    public static String line(String text) {
        return line(text, MAX_LINE);
    }

    /**
     * The text on one line: white space at its ends removed, runs of white space replaced by one space, and the rest as
     * by {@link #escape}.
     *
     * @param maxLength in characters
     */
    public static String line(String text, int maxLength) {
        return escape(text.strip().replaceAll("\\s+", " "), maxLength);
    }

    /**
     * The text with control characters, invisible characters and all separators but the space replaced by escapes such
     * as {@code \}{@code u001B}.
     *
     * @param maxLength in characters; longer text is cut and {@code ...} appended
     */
    public static String escape(String text, int maxLength) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(maxLength).forEach(c -> {
            if (isPrintable(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format("\\u%04X", c));
            }
        });
        return shown + (text.codePointCount(0, text.length()) > maxLength ? "..." : "");
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> false;
            default -> c == ' ' || !Character.isSpaceChar(c);
        };
    }
}
