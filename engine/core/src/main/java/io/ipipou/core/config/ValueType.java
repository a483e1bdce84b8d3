package io.ipipou.core.config;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A type of value in the file: reads it, describes it in JSON Schema, and says what to write. Immutable.
 *
 * @param <T> what a value is read as
 */
abstract class ValueType<T> {

    private final String definition;
    private final Set<Node.Kind> kinds;
    private final Hint hint;

    /**
     * @param definition the name that the schema defines it under; empty to write it out at each place
     * @param kinds of node that such a value can be
     */
    ValueType(String definition, Set<Node.Kind> kinds, Hint hint) {
        this.definition = definition;
        this.kinds = kinds;
        this.hint = hint;
    }

    /**
     * Converts a node of one of the kinds.
     *
     * @return empty when something in it is wrong, and is reported
     * @throws InvalidValue if the value itself is wrong
     */
    abstract Optional<T> parse(Value value, Reading reading) throws InvalidValue;

    /** The JSON Schema, as maps and lists. */
    abstract Map<String, Object> fragment(Definitions definitions);

    /** The same values with another meaning. */
    final <R> ValueType<R> as(Function<T, R> meaning) {
        return new MappedType<>(this, meaning);
    }

    final Set<Node.Kind> kinds() {
        return kinds;
    }

    final Hint hint() {
        return hint;
    }

    /** The JSON Schema, or a reference to its definition. */
    final Map<String, Object> schema(Definitions definitions) {
        return definition.isEmpty() ? fragment(definitions) : definitions.reference(definition, this);
    }

    /**
     * Reads a value of the file; what is wrong with it is reported once.
     *
     * @param hint of the value's place
     */
    final Optional<T> read(Value value, Reading reading, Hint hint) {
        if (reading.problems().isFlagged(value)) {
            return Optional.empty();
        }
        try {
            if (!kinds.contains(value.node().kind())) {
                throw new InvalidValue(wrongKind(value));
            }
            return parse(value, reading);
        } catch (InvalidValue e) {
            String subject = kinds.contains(value.node().kind()) ? value.shown() : "";
            String instead = e.instead().or(() -> quotes(value, reading)).orElseGet(hint::write);
            reading.problems().error(value, subject + e.getMessage(), instead);
            return Optional.empty();
        }
    }

    private String wrongKind(Value value) {
        boolean root = value.path().parent().isEmpty();
        Node.Kind kind = value.node().kind();
        if (kind == Node.Kind.EMPTY) {
            return root ? "the file is empty" : "has no value";
        }
        String wanted = Arrays.stream(Node.Kind.values())
                .filter(kinds::contains)
                .map(Node.Kind::noun)
                .collect(Collectors.joining(" or "));
        return (root ? "the file must be " : "must be ") + wanted + ", not " + kind.noun();
    }

    /** A number where text belongs, or the other way round, can be right but for its quotes. */
    private Optional<String> quotes(Value value, Reading reading) {
        if (!(value.node() instanceof Node.Scalar scalar) || scalar.kind() == Node.Kind.EMPTY) {
            return Optional.empty();
        }
        boolean text = scalar.kind() == Node.Kind.TEXT;
        Node.Kind other = text ? Scalars.kind(scalar.text()) : Node.Kind.TEXT;
        Value requoted = value.with(new Node.Scalar(scalar.position(), other, scalar.text()));
        try {
            return other != scalar.kind()
                            && kinds.contains(other)
                            && parse(requoted, reading).isPresent()
                    ? Optional.of(text ? "write it without quotes" : "put it in quotes")
                    : Optional.empty();
        } catch (InvalidValue e) {
            return Optional.empty();
        }
    }
}
