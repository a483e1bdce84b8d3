package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Fields of a mapping that stand for each other.
 *
 * @param needed whether at least one has to be given
 * @param exclusive whether at most one can be
 */
record Group(List<Field<?>> fields, boolean needed, boolean exclusive) {

    void check(Value mapping, Problems problems) {
        List<String> given = new ArrayList<>(keys());
        given.removeIf(key -> mapping.get(key).isEmpty());
        if (exclusive && given.size() > 1) {
            problems.error(mapping, "has both " + Spelling.list(given, "and"), "keep one of them");
        }
        if (needed && given.isEmpty()) {
            Field<?> first = fields.get(0);
            problems.missing(
                    mapping,
                    Spelling.list(keys(), "or") + " is missing",
                    first.hint().add(first.key()));
        }
    }

    private List<String> keys() {
        List<String> keys = new ArrayList<>();
        fields.forEach(field -> keys.add(field.key()));
        return keys;
    }

    /** The same in JSON Schema, which the mapping's has to hold beside others. */
    List<Map<String, Object>> schemas() {
        List<Map<String, Object>> schemas = new ArrayList<>();
        List<Map<String, Object>> each = new ArrayList<>();
        List<String> keys = keys();
        for (int i = 0; i < keys.size(); i++) {
            each.add(Definitions.object("required", List.of(keys.get(i))));
            for (int j = 0; exclusive && j < i; j++) {
                schemas.add(
                        Definitions.object("not", Definitions.object("required", List.of(keys.get(j), keys.get(i)))));
            }
        }
        if (needed) {
            schemas.add(Definitions.object("anyOf", each));
        }
        return schemas;
    }
}
