package io.ipipou.core.config;

import java.util.Locale;
import java.util.Optional;

/**
 * Characters that look like a space or like nothing, and that YAML takes for letters: a no-break space that was pasted
 * from a web page, say.
 */
final class OddSpaces {

    static final String INSTEAD = "replace it with a space, or remove it; put text that needs it in quotes";

    private OddSpaces() {}

    private static boolean isOdd(int c) {
        return c > 0x7F && (Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT);
    }

    static boolean anyIn(String text) {
        return text.codePoints().anyMatch(OddSpaces::isOdd);
    }

    /** What a message says of the one at an index. */
    static String describe(SourceText source, int index) {
        int c = source.text().codePointAt(index);
        String name =
                Optional.ofNullable(Character.getName(c)).orElse("character").toLowerCase(Locale.ROOT);
        return String.format("there is a %s (U+%04X) here, which is not a space in YAML", name, c);
    }

    /** The first from an index on; -1 when there is none before the end. */
    static int first(String text, int from, int end) {
        for (int i = from; i < end; i++) {
            if (isOdd(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    /** The first in a part of the file that is neither in quotes nor in a comment; -1 when there is none. */
    static int firstOutside(String text, int from, int end) {
        int found = first(text, from, end);
        while (found >= 0) {
            String before = text.substring(text.lastIndexOf('\n', found) + 1, found);
            if (!before.matches("(|.*\\s)#.*") && !isInQuotes(before)) {
                return found;
            }
            found = first(text, found + 1, end);
        }
        return -1;
    }

    private static boolean isInQuotes(String before) {
        return before.chars().filter(c -> c == '"').count() % 2 == 1
                || before.chars().filter(c -> c == '\'').count() % 2 == 1;
    }
}
