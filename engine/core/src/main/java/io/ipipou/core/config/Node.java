package io.ipipou.core.config;

import java.util.List;
import java.util.Map;

/** A YAML node as plain data, with its place. What an alias stands for is shared, so a tree may be a graph; no cycles. */
sealed interface Node {

    Position position();

    /** What {@code text} means in YAML's core schema. */
    enum Kind {
        TEXT,
        WHOLE_NUMBER,
        NUMBER,
        BOOLEAN,
        EMPTY
    }

    record Scalar(Position position, Kind kind, String text) implements Node {
        /** Never the text, which may be secret. */
        @Override
        public String toString() {
            return kind + " at " + position;
        }
    }

    record Sequence(Position position, List<Node> items) implements Node {}

    /** @param entries in the file's order */
    record Mapping(Position position, Map<String, Entry> entries) implements Node {
        @Override
        public String toString() {
            return "mapping at " + position;
        }
    }

    /** @param key the key's place */
    record Entry(Position key, Node value) {}

    /** What this is, as messages say it. */
    default String describe() {
        if (this instanceof Scalar scalar) {
            return switch (scalar.kind()) {
                case TEXT -> "text";
                case WHOLE_NUMBER -> "a whole number";
                case NUMBER -> "a number";
                case BOOLEAN -> "true or false";
                case EMPTY -> "empty";
            };
        }
        return this instanceof Mapping ? "a mapping" : "a list";
    }
}
