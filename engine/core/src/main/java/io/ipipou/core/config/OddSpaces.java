package io.ipipou.core.config;

import java.util.Locale;

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
        return first(text, 0) >= 0;
    }

    /** The index of the first one from an index on; -1 when there is none. */
    static int first(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (isOdd(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    /** The first one in a part of the file that is not in a comment; -1 when there is none. */
    static int firstOutsideComments(String text, int from, int end) {
        int found = first(text, from);
        while (found >= 0
                && text.substring(text.lastIndexOf('\n', found) + 1, found).matches("(.*\\s)?#.*")) {
            found = first(text, found + 1);
        }
        return found < end ? found : -1;
    }

    static String describe(SourceText source, int index) {
        int c = source.text().charAt(index);
        String name = String.valueOf(Character.getName(c)).toLowerCase(Locale.ROOT);
        return String.format("there is a %s (U+%04X) here, which is not a space in YAML", name, c);
    }
}
