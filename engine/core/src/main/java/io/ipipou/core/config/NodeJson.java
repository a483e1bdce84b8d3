package io.ipipou.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;

/** YAML as JSON, for the schema validator. */
final class NodeJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Nothing takes a fraction, and the validator fails on infinity and not-a-number. */
    private static final double ANY_FRACTION = 0.5;

    private NodeJson() {}

    static JsonNode of(Node node) {
        if (node instanceof Node.Mapping mapping) {
            ObjectNode object = NODES.objectNode();
            mapping.entries().forEach((key, entry) -> object.set(key, of(entry.value())));
            return object;
        }
        if (node instanceof Node.Sequence sequence) {
            ArrayNode array = NODES.arrayNode(sequence.items().size());
            sequence.items().forEach(item -> array.add(of(item)));
            return array;
        }
        return scalar((Node.Scalar) node);
    }

    private static JsonNode scalar(Node.Scalar scalar) {
        return switch (scalar.kind()) {
            case TEXT -> NODES.textNode(scalar.text());
            case WHOLE_NUMBER -> NODES.numberNode(wholeNumber(scalar.text()));
            case NUMBER -> NODES.numberNode(ANY_FRACTION);
            case BOOLEAN -> NODES.booleanNode(scalar.text().equalsIgnoreCase("true"));
            case EMPTY -> NODES.nullNode();
        };
    }

    /** Reads what the core schema takes for an integer: decimal, {@code 0o17} or {@code 0xFF}. */
    static BigInteger wholeNumber(String text) {
        if (text.startsWith("0o")) {
            return new BigInteger(text.substring(2), 8);
        }
        return text.startsWith("0x") ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
    }
}
