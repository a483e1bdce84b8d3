package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A type of value in the file: reads it, describes it in JSON Schema, and says what to write.
 *
 * @param <T> what a value is read as
 * @param kinds of node that such a value can be
 */
record ValueType<T>(Set<Node.Kind> kinds, Hint hint, Schema schema, Parser<T> parser) {

    /** The JSON Schema of a type, as maps and lists; what it refers to is added to the definitions. */
    interface Schema {
        Map<String, Object> in(Map<String, Object> definitions);
    }

    /** Converts a node of one of the kinds. */
    interface Parser<T> {
        /**
         * @return empty when something in it is wrong, and is reported
         * @throws InvalidValue if the value itself is wrong
         */
        Optional<T> parse(Node value, Reading reading) throws InvalidValue;
    }

    /** This type, which the schema defines under a name and refers to. */
    ValueType<T> named(String name) {
        return new ValueType<>(
                kinds,
                hint,
                definitions -> {
                    if (definitions.putIfAbsent(name, Map.of()) == null) {
                        definitions.put(name, schema.in(definitions));
                    }
                    return ConfigSchema.object("$ref", "#/$defs/" + name);
                },
                parser);
    }

    /** The same values with another meaning. */
    <R> ValueType<R> as(Function<T, R> meaning) {
        return new ValueType<>(kinds, hint, schema, (value, reading) -> parser.parse(value, reading)
                .map(meaning));
    }

    /**
     * Reads a value of the file, and reports what is wrong with it.
     *
     * @param place the hint of the value's place
     */
    Optional<T> read(Node value, Reading reading, Hint place) {
        boolean expected = kinds.contains(value.kind());
        try {
            if (!expected) {
                throw new InvalidValue(wrongKind(value));
            }
            return parser.parse(value, reading);
        } catch (InvalidValue e) {
            String subject = expected ? value.shown() : "";
            String instead = e.instead().or(() -> quotes(value, reading)).orElseGet(place::write);
            reading.problems().error(value, subject + e.getMessage(), instead);
            return Optional.empty();
        }
    }

    private String wrongKind(Node value) {
        boolean root = value.path().parent().isEmpty();
        Node.Kind kind = value.kind();
        if (kind == Node.Kind.EMPTY) {
            return root ? "the file is empty" : "has no value";
        }
        List<String> nouns = new ArrayList<>();
        for (Node.Kind wanted : Node.Kind.values()) {
            if (kinds.contains(wanted)) {
                nouns.add(wanted.noun);
            }
        }
        return (root ? "the file must be " : "must be ") + Spelling.list(nouns, "or") + ", not " + kind.noun;
    }

    /** A number where text belongs, or the other way round, can be right but for its quotes. */
    private Optional<String> quotes(Node value, Reading reading) {
        boolean text = value.kind() == Node.Kind.TEXT;
        Node.Kind other = text ? Scalars.kind(value.text()) : Node.Kind.TEXT;
        boolean possible = value.isScalar() && !value.text().isEmpty() && other != value.kind();
        try {
            return possible
                            && kinds.contains(other)
                            && parser.parse(Node.scalar(value.path(), value.start(), other, value.text()), reading)
                                    .isPresent()
                    ? Optional.of(text ? "write it without quotes" : "put it in quotes")
                    : Optional.empty();
        } catch (InvalidValue e) {
            return Optional.empty();
        }
    }
}
