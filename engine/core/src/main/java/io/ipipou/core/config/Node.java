package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A YAML node as plain data, with its place in the file.
 *
 * @param key the place of the key that it stands under; of the node itself when there is none
 * @param text of a scalar; otherwise empty
 * @param items of a list
 * @param entries of a mapping, in the file's order
 */
record Node(
        NodePath path,
        Position key,
        Position start,
        Kind kind,
        String text,
        List<Node> items,
        Map<String, Node> entries) {

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

        final String noun;

        Kind(String noun) {
            this.noun = noun;
        }
    }

    static Node scalar(NodePath path, Position start, Kind kind, String text) {
        return new Node(path, start, start, kind, text, List.of(), Map.of());
    }

    static Node list(NodePath path, Position start, List<Node> items) {
        return new Node(path, start, start, Kind.LIST, "", items, Map.of());
    }

    static Node mapping(NodePath path, Position start, Map<String, Node> entries) {
        return new Node(path, start, start, Kind.MAPPING, "", List.of(), entries);
    }

    Node under(Position otherKey) {
        return new Node(path, otherKey, start, kind, text, items, entries);
    }

    /** What an alias stands for: this node in another place. */
    Node copyTo(NodePath target) {
        List<Node> itemCopies = new ArrayList<>();
        items.forEach(item -> itemCopies.add(item.copyTo(target.index(itemCopies.size()))));
        Map<String, Node> entryCopies = new LinkedHashMap<>();
        entries.forEach((name, entry) -> entryCopies.put(name, entry.copyTo(target.key(name))));
        return new Node(target, key, start, kind, text, itemCopies, entryCopies);
    }

    /** This node with what it lacks: mappings are merged key by key, anything else is replaced. Each value keeps its place. */
    Node over(Node defaults) {
        if (kind != Kind.MAPPING || defaults.kind != Kind.MAPPING) {
            return this;
        }
        Map<String, Node> merged = new LinkedHashMap<>(entries);
        defaults.entries.forEach((name, other) -> merged.merge(name, other, Node::over));
        return new Node(path, key, start, kind, text, items, merged);
    }

    Optional<Node> get(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    boolean isScalar() {
        return kind != Kind.LIST && kind != Kind.MAPPING;
    }

    /** Where to point: at a mapping's key, because the mapping begins on another line. */
    Position position() {
        return kind == Kind.MAPPING ? key : start;
    }

    /** The value as the subject of a message, quoted and with a space after it; empty where it can be a secret. */
    String shown() {
        boolean open = !path.inAuthEntry() || path.key().equals(AuthFormat.SCHEME);
        return open && isScalar() ? Quote.value(text) + " " : "";
    }

    /** Never the text, which can be secret. */
    @Override
    public String toString() {
        return kind + " at " + start;
    }
}
