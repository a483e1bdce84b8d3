package io.ipipou.spi;

/**
 * Makes text from outside, such as a file, a peer or a remote server, safe to print: it cannot start a new line, move a
 * terminal's cursor or hide what it says. Use it for every such text in a message, a log or an exception.
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
     * The text on one line: without white space at its ends, each run of white space within it as one space, all else as
     * {@link #escape}.
     *
     * @param maxLength how many characters are kept
     */
    public static String line(String text, int maxLength) {
        return escape(text.strip().replaceAll("\\s+", " "), maxLength);
    }

    /**
     * The text with every control character, invisible character and separator other than the space written as an escape
     * such as {@code \}{@code u001B}.
     *
     * @param maxLength how many characters are kept; {@code ...} stands for the rest
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
