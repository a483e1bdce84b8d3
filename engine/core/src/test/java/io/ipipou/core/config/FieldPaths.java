package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The paths of all fields in a document, found by means of the schema. */
record FieldPaths(Document valid, JsonNode root, List<String> paths, Set<String> missing) {

    /** Holds that the document has every field, but that of sealed secrets, which has tests of its own. */
    static List<String> of(Document valid) throws Exception {
        JsonNode schema = Json.read(ConfigSchema.of(BuiltIns.PLUGINS).text());
        List<String> paths = new ArrayList<>();
        Set<String> missing = new TreeSet<>();
        new FieldPaths(valid, schema, paths, missing).addBelow("", schema);
        missing.removeIf(field -> paths.stream().anyMatch(path -> path.endsWith(field)));
        assertThat(missing).as("fields that the document does not have").containsExactly(".sealed");
        return paths;
    }

    private void addBelow(String path, JsonNode schema) {
        if (schema.has("$ref")) {
            addBelow(path, root.at(schema.get("$ref").textValue().substring(1)));
        }
        schema.path("properties").fields().forEachRemaining(field -> add(path, field.getKey(), field.getValue()));
        if (schema.path("additionalProperties").isObject()) {
            valid.names(path).forEach(name -> add(path, name, schema.get("additionalProperties")));
        }
        if (schema.has("items")) {
            paths.add(path + "[0]");
            addBelow(path + "[0]", schema.get("items"));
        }
        String scheme =
                valid.has(path + ".scheme") ? valid.get(path + ".scheme").replace("\"", "") : "none";
        schema.path("allOf").forEach(choice -> {
            if (choice.at("/if/properties/scheme/const").asText().equals(scheme)) {
                addBelow(path, choice.get("then"));
            }
        });
        if (schema.has("anyOf") && valid.get(path).startsWith("{")) {
            schema.get("anyOf").forEach(choice -> addBelow(path, choice));
        }
    }

    private void add(String above, String key, JsonNode schema) {
        String path = above.isEmpty() ? key : above + "." + key;
        if (!valid.has(path)) {
            missing.add("." + key);
        } else if (!paths.contains(path)) {
            paths.add(path);
            addBelow(path, schema);
        }
    }
}
