package io.ipipou.core.config;

import java.util.List;
import java.util.Map;

/** A YAML node as plain data, with its place. What an alias stands for is shared, so a tree can be a graph; no cycles. */
sealed interface Node {

    /** What a node is in YAML's core schema. */
    enum Kind {
        TEXT("text"),
        WHOLE_NUMBER("a whole number"),
        /** With a fraction or an exponent, infinite, or not a number. */
        FLOAT("a floating-point number"),
        BOOLEAN("a boolean"),
        EMPTY("no value"),
        LIST("a list"),
        MAPPING("a mapping");

        private final String noun;

        Kind(String noun) {
            this.noun = noun;
        }

        /** As messages call it. */
        String noun() {
            return noun;
        }
    }

    Position position();

    Kind kind();

    record Scalar(Position position, Kind kind, String text) implements Node {
        /** Never the text, which can be secret. */
        @Override
        public String toString() {
            return kind + " at " + position;
        }
    }

    record Sequence(Position position, List<Node> items) implements Node {
        @Override
        public Kind kind() {
            return Kind.LIST;
        }
    }

    /** @param entries in the file's order */
    record Mapping(Position position, Map<String, Entry> entries) implements Node {
        @Override
        public Kind kind() {
            return Kind.MAPPING;
        }

        @Override
        public String toString() {
            return "mapping at " + position;
        }
    }

    /** @param key the key's place */
    record Entry(Position key, Node value) {}
}
