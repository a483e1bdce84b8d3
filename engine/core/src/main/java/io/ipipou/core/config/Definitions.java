package io.ipipou.core.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code $defs} of a schema, in the order in which they are first referred to. */
final class Definitions {

    private final Map<String, Object> definitions = new LinkedHashMap<>();

    /** A reference to the definition of a type. */
    Map<String, Object> reference(String name, ValueType<?> type) {
        if (definitions.putIfAbsent(name, Map.of()) == null) {
            definitions.put(name, type.fragment(this));
        }
        return object("$ref", "#/$defs/" + name);
    }

    Map<String, Object> all() {
        return definitions;
    }

    /** A JSON object of names and values in turn. */
    static Map<String, Object> object(Object... members) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            object.put((String) members[i], members[i + 1]);
        }
        return object;
    }
}
