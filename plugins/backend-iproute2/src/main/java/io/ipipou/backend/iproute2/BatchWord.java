package io.ipipou.backend.iproute2;

import java.util.Optional;

/**
 * Quoting for lines of {@code ip -batch}. Its parser cuts a line at the first {@code #}, quoted or not; it knows single
 * and double quotes around a whole word, and no escapes.
 */
final class BatchWord {

    private BatchWord() {}

    /**
     * The word in quotes. Every value is quoted, even a number: if ipipou is killed while it writes a line, {@code ip}
     * runs the part that arrived, and an unterminated quote makes it refuse that part.
     *
     * @throws IllegalArgumentException if no quoting can express the word
     */
    static String quote(Object value) {
        String word = value.toString();
        validate(word).ifPresent(reason -> {
            throw new IllegalArgumentException(word + " " + reason);
        });
        String quote = word.indexOf('\'') < 0 ? "'" : "\"";
        return quote + word + quote;
    }

    /** Why the word cannot be expressed, as a predicate of it; empty if it can. */
    static Optional<String> validate(String word) {
        if (word.chars().anyMatch(c -> c == '#' || c == '\n' || c == 0)) {
            return Optional.of("contains #, a line break or NUL, which ip -batch cannot express");
        }
        return word.indexOf('\'') >= 0 && word.indexOf('"') >= 0
                ? Optional.of("contains both ' and \", which ip -batch cannot express")
                : Optional.empty();
    }
}
