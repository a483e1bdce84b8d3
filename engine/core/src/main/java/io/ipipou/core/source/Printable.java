package io.ipipou.core.source;

/** What others wrote, made fit to be shown to an operator: on one line, without control characters, not endless. */
final class Printable {

    /** Characters. */
    private static final int LONGEST = 1000;

    private Printable() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .forEach(shown::appendCodePoint);
        return shown.toString().strip() + (text.codePointCount(0, text.length()) > LONGEST ? "..." : "");
    }
}
