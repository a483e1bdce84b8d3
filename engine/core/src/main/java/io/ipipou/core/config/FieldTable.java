package io.ipipou.core.config;

import io.ipipou.spi.config.Requirement;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a mapping.
 *
 * @param form what the mapping is, for hints
 * @param inherits whether what it lacks can come from {@code defaults}. JSON Schema cannot express that, so the schema then
 *     requires nothing.
 */
record FieldTable(String form, boolean inherits, List<Group> groups, List<Field<?>> fields) {

    /**
     * Fields that stand for each other.
     *
     * @param need when at least one is required
     * @param exclusive whether at most one is possible
     */
    record Group(List<? extends Field<?>> fields, Requirement need, boolean exclusive) {

        private List<String> keys() {
            return fields.stream().map(Field::key).toList();
        }

        List<String> givenIn(Node mapping) {
            return keys().stream().filter(mapping.entries()::containsKey).toList();
        }

        /** Reports that none is given. */
        void checkGiven(Node mapping, String purpose, Problems problems) {
            if (givenIn(mapping).isEmpty()) {
                String message = Spelling.list(keys(), "or") + " is missing" + purpose;
                problems.error(mapping, message, fields.get(0).add());
            }
        }
    }

    /** What could be read of the fields; what is wrong is reported, and missing here. */
    record Values(Node at, Map<Field<?>, At<?>> read) {

        /** Empty when it is not given, or wrong. */
        @SuppressWarnings("unchecked") // a field's value is of its type
        <T> Optional<At<T>> find(Field<T> field) {
            return Optional.ofNullable((At<T>) read.get(field));
        }

        /** A field of a mapping in this one. */
        <T> Optional<At<T>> find(Field<Values> outer, Field<T> field) {
            return find(outer).flatMap(mapping -> mapping.value().find(field));
        }

        /** Its value, or its default. */
        <T> T get(Field<T> field) {
            return find(field).map(At::value).orElseGet(field::defaultValue);
        }

        /** Whether it is given, right or wrong. */
        boolean has(Field<?> field) {
            return at.get(field.key()).isPresent();
        }

        /** Whether everything given could be read. */
        boolean isValid() {
            return read.keySet().stream()
                    .map(Field::key)
                    .toList()
                    .containsAll(at.entries().keySet());
        }
    }

    /** @param example of such a mapping */
    ValueType<Values> type(String example) {
        return new ValueType<>(
                Set.of(Node.Kind.MAPPING),
                new Hint(form, example),
                this::schema,
                (value, reading) -> Optional.of(read(value, reading)));
    }

    /** Of a part of such a mapping, in which nothing is required. */
    ValueType<Values> defaults() {
        ValueType<Values> type = type("");
        return new ValueType<>(type.kinds(), type.hint(), type.schema(), (value, reading) -> type.parser()
                .parse(value, reading.ofDefaults()));
    }

    List<String> keys() {
        return fields.stream().map(Field::key).toList();
    }

    Values read(Node value, Reading reading) {
        Problems problems = reading.problems();
        value.entries().forEach((key, entry) -> {
            if (fields.stream().noneMatch(field -> field.key().equals(key))) {
                unknown(key, entry, value, problems);
            }
        });
        IdentityHashMap<Field<?>, At<?>> read = new IdentityHashMap<>();
        for (Field<?> field : fields) {
            field.read(value, reading).ifPresent(valid -> read.put(field, valid));
            if (!reading.inDefaults() && value.get(field.key()).isEmpty()) {
                field.reportMissing(value, problems);
            }
        }
        if (!reading.inDefaults()) {
            groups.forEach(group -> check(group, value, problems));
        }
        return new Values(value, read);
    }

    /**
     * In an entry of {@code auth}, what stands where a key belongs can be the secret itself, so it is shown only if it
     * resembles a key.
     */
    private void unknown(String key, Node entry, Node mapping, Problems problems) {
        Optional<String> nearest = Spelling.didYouMean(key, keys());
        boolean hidden = entry.path().inAuthEntry() && nearest.isEmpty();
        problems.error(
                entry.key(),
                hidden ? mapping.path() : entry.path(),
                hidden ? "has an unknown setting" : "unknown setting",
                key.equals("<<")
                        ? "remove it: YAML 1.2 has no merge keys; put what tunnels share under defaults"
                        : nearest.orElse("remove it; the settings here are " + Spelling.list(keys(), "and")));
    }

    private static void check(Group group, Node mapping, Problems problems) {
        List<String> given = group.givenIn(mapping);
        if (group.exclusive() && given.size() > 1) {
            problems.error(mapping, "has both " + Spelling.list(given, "and"), "keep one of them");
        }
        if (group.need() == Requirement.ALWAYS) {
            group.checkGiven(mapping, "", problems);
        }
    }

    private Map<String, Object> schema(Map<String, Object> definitions) {
        Map<String, Object> properties = ConfigSchema.object();
        List<String> required = new ArrayList<>();
        List<Object> all = new ArrayList<>();
        for (Field<?> field : fields) {
            properties.put(field.key(), field.schema(definitions));
            if (field.required()) {
                required.add(field.key());
            }
        }
        Map<String, Object> schema =
                ConfigSchema.object("type", "object", "additionalProperties", false, "properties", properties);
        groups.forEach(group -> all.addAll(schemas(group)));
        if (!inherits && !required.isEmpty()) {
            schema.put("required", required);
        }
        if (!inherits && !all.isEmpty()) {
            schema.put("allOf", all);
        }
        return schema;
    }

    private static List<Object> schemas(Group group) {
        List<Object> schemas = new ArrayList<>();
        List<Object> each = new ArrayList<>();
        List<String> keys = group.keys();
        for (String key : keys) {
            for (String other : group.exclusive() ? keys.subList(0, each.size()) : List.<String>of()) {
                schemas.add(ConfigSchema.object("not", ConfigSchema.object("required", List.of(other, key))));
            }
            each.add(ConfigSchema.object("required", List.of(key)));
        }
        if (group.need() == Requirement.ALWAYS) {
            schemas.add(ConfigSchema.object("anyOf", each));
        }
        return schemas;
    }
}
