package io.ipipou.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks up in the schema's descriptions what to write at a path of the file. */
final class Hints {

    private final JsonNode schema;
    private final Value root;

    Hints(ConfigSchema schema, Value root) {
        this.schema = schema.root();
        this.root = root;
    }

    /** What to write there, without the sentences for readers; empty where the schema knows nothing. */
    String at(NodePath path) {
        return schemaAt(path).map(node -> phrase(described(node, 0))).orElse("");
    }

    /** What an interface may be called. */
    String linkName() {
        return phrase(schema.at("/$defs/linkName/description").asText());
    }

    private static String phrase(String description) {
        int sentence = description.indexOf(". ");
        return sentence < 0 ? description : description.substring(0, sentence);
    }

    /** The same after "write", empty when there is nothing. */
    String write(NodePath path) {
        String hint = at(path);
        return hint.isEmpty() ? "" : "write " + hint;
    }

    /** The keys that may stand at a path. */
    List<String> keys(NodePath path) {
        List<String> keys = new ArrayList<>();
        schemaAt(path)
                .map(node -> settings(node, path))
                .ifPresent(node -> node.path("properties").fieldNames().forEachRemaining(keys::add));
        return keys;
    }

    private Optional<JsonNode> schemaAt(NodePath path) {
        if (path.parent().isEmpty()) {
            return Optional.of(schema);
        }
        NodePath above = path.parent().get();
        return schemaAt(above).map(node -> settings(node, above)).flatMap(node -> {
            String key = path.key().startsWith("[") ? "items" : path.key();
            JsonNode own = node.path("properties").path(key);
            JsonNode found = !own.isMissingNode() ? own : node.path(key.equals("items") ? key : "additionalProperties");
            return found.isObject() ? Optional.of(found) : Optional.empty();
        });
    }

    /** Follows references, and for an entry of {@code auth} the one to its scheme, where that is known. */
    private JsonNode settings(JsonNode node, NodePath path) {
        JsonNode target = node.has("$ref") ? referenced(node) : node;
        List<String> keys = path.keys();
        if (keys.size() != 2 || !keys.get(0).equals("auth")) {
            return target;
        }
        return root.get("auth")
                .flatMap(auth -> auth.get(keys.get(1)))
                .flatMap(entry -> entry.get("scheme"))
                .flatMap(scheme -> scheme.scalar(Node.Kind.TEXT))
                .map(scheme -> schema.path("$defs").path(AuthSchema.PREFIX + scheme))
                .filter(JsonNode::isObject)
                .orElse(target);
    }

    private String described(JsonNode node, int hops) {
        JsonNode text = node.path("description");
        return text.isMissingNode() && node.has("$ref") && hops < 3
                ? described(referenced(node), hops + 1)
                : text.asText();
    }

    private JsonNode referenced(JsonNode node) {
        return schema.at(node.path("$ref").asText().substring(1));
    }
}
