package io.ipipou.core.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A node of the file at its path, over the one of {@code defaults} that it inherits from: mappings are merged key by
 * key, anything else is replaced. An inherited value keeps its own place and path.
 *
 * @param key the place of the key it stands under; of the node itself when there is none
 */
record Value(NodePath path, Position key, Node node, Optional<Value> inherited) {

    static Value root(Node node) {
        return new Value(NodePath.ROOT, node.position(), node, Optional.empty());
    }

    Value over(Optional<Value> defaults) {
        return new Value(path, key, node, defaults);
    }

    /** Another node in its place. */
    Value with(Node other) {
        return new Value(path, key, other, Optional.empty());
    }

    /** Where to point: at a mapping's key, because it begins on another line. */
    Position position() {
        return node instanceof Node.Mapping ? key : node.position();
    }

    Optional<Value> get(String name) {
        Optional<Value> below = inherited.flatMap(value -> value.get(name));
        Node.Entry entry =
                node instanceof Node.Mapping mapping ? mapping.entries().get(name) : null;
        return entry == null ? below : Optional.of(child(name, entry, below));
    }

    private Value child(String name, Node.Entry entry, Optional<Value> below) {
        return new Value(path.key(name), entry.key(), entry.value(), below);
    }

    /** Its own entries in the file's order; none when it is not a mapping. */
    Map<String, Value> entries() {
        Map<String, Value> children = new LinkedHashMap<>();
        if (node instanceof Node.Mapping mapping) {
            mapping.entries().forEach((name, entry) -> children.put(name, child(name, entry, Optional.empty())));
        }
        return children;
    }

    /** Of its own entries; none when it is not a mapping. */
    Set<String> keys() {
        return node instanceof Node.Mapping mapping ? mapping.entries().keySet() : Set.of();
    }

    /** None when it is not a list. */
    List<Value> items() {
        int count = node instanceof Node.Sequence sequence ? sequence.items().size() : 0;
        return IntStream.range(0, count).mapToObj(this::item).toList();
    }

    private Value item(int index) {
        Node item = ((Node.Sequence) node).items().get(index);
        return new Value(path.index(index), item.position(), item, Optional.empty());
    }

    /** Of a scalar, whatever its kind; empty for any other node. */
    String text() {
        return node instanceof Node.Scalar scalar ? scalar.text() : "";
    }

    /** The value as the subject of a message, quoted and with a space after it; empty where it can be a secret. */
    String shown() {
        boolean open = !path.inAuthEntry() || path.key().equals("scheme");
        return open && node instanceof Node.Scalar scalar ? Quote.value(scalar.text()) + " " : "";
    }
}
