package io.ipipou.backend.iproute2;

import java.util.Optional;

/**
 * Words of an {@code ip -batch} line. Its reader cuts a line at the first {@code #}, quoted or not; it knows quotes of
 * both kinds around a whole word, and no escapes.
 */
final class BatchWord {

    private BatchWord() {}

    /**
     * The word in quotes. Every value is quoted, even a number: were the tool killed in the middle of writing a line,
     * {@code ip} would run what it got of it, and an open quote makes it refuse.
     *
     * @throws IllegalArgumentException if no quoting can express it
     */
    static String quote(Object value) {
        String word = value.toString();
        whyNot(word).ifPresent(why -> {
            throw new IllegalArgumentException(word + " " + why);
        });
        String quote = word.indexOf('\'') < 0 ? "'" : "\"";
        return quote + word + quote;
    }

    /** Why the word cannot be written, to follow the word in a sentence. */
    static Optional<String> whyNot(String word) {
        if (word.chars().anyMatch(c -> c == '#' || c == '\n' || c == 0)) {
            return Optional.of("contains #, a line break or NUL, which a line of ip -batch cannot");
        }
        return word.indexOf('\'') >= 0 && word.indexOf('"') >= 0
                ? Optional.of("contains both ' and \", which a word of ip -batch cannot")
                : Optional.empty();
    }
}
