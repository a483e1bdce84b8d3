package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A mapping with fields of a table. */
final class MappingType extends ValueType<FieldValues> {

    private final List<Field<?>> fields;
    private final List<Group> groups;
    private final boolean inherits;

    /**
     * @param inherits whether what it does not have can come from {@code defaults}, which JSON Schema cannot say: it then
     *     says nothing of what is required
     */
    MappingType(String definition, Hint hint, boolean inherits, List<Group> groups, List<Field<?>> fields) {
        super(definition, Set.of(Node.Kind.MAPPING), hint);
        this.fields = fields;
        this.groups = groups;
        this.inherits = inherits;
    }

    List<Field<?>> fields() {
        return fields;
    }

    List<Group> groups() {
        return groups;
    }

    List<String> keys() {
        List<String> keys = new ArrayList<>();
        fields.forEach(field -> keys.add(field.key()));
        return keys;
    }

    @Override
    Optional<FieldValues> parse(Value value, Reading reading) {
        List<String> keys = keys();
        value.keys().stream()
                .filter(key -> !keys.contains(key))
                .forEach(key -> unknown(value, key, keys, reading.problems()));
        Map<Field<?>, At<?>> values = new IdentityHashMap<>();
        for (Field<?> field : fields) {
            field.read(value, reading).ifPresent(read -> values.put(field, read));
        }
        if (!reading.inDefaults()) {
            fields.forEach(field -> checkGiven(field, value, reading.problems()));
            groups.forEach(group -> group.check(value, reading.problems()));
        }
        return Optional.of(new FieldValues(value, values));
    }

    private static void checkGiven(Field<?> field, Value mapping, Problems problems) {
        if (mapping.get(field.key()).isPresent()) {
            return;
        }
        String add = field.hint().add(field.key());
        if (field.isRequired()) {
            problems.missing(mapping, field.key() + " is missing", add);
        }
        if (!field.absence().isEmpty()) {
            problems.warning(mapping, field.absence(), add);
        }
    }

    /** In an entry of {@code auth}, what stands where a key belongs can be the secret itself: a known key's neighbour is shown. */
    private static void unknown(Value mapping, String key, List<String> known, Problems problems) {
        Optional<String> nearest = Spelling.didYouMean(key, known);
        boolean hidden = mapping.path().key("").inAuthEntry() && nearest.isEmpty();
        String others = "remove it; the settings here are " + Spelling.list(known, "and");
        problems.error(
                mapping.get(key).orElseThrow().key(),
                hidden ? mapping.path() : mapping.path().key(key),
                hidden ? "has an unknown setting" : "unknown setting",
                key.equals("<<")
                        ? "remove it: YAML 1.2 has no merge keys; put what tunnels share under defaults"
                        : nearest.orElse(others));
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        Map<String, Object> schema = Definitions.object("type", "object", "additionalProperties", false);
        Map<String, Object> properties = Definitions.object();
        List<String> required = new ArrayList<>();
        for (Field<?> field : fields) {
            properties.put(field.key(), field.schema(definitions));
            if (field.isRequired()) {
                required.add(field.key());
            }
        }
        if (!inherits && !required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("properties", properties);
        List<Object> all = new ArrayList<>();
        groups.forEach(group -> all.addAll(group.schemas()));
        if (!inherits && !all.isEmpty()) {
            schema.put("allOf", all);
        }
        return schema;
    }
}
