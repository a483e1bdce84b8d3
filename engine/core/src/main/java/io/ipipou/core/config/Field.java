package io.ipipou.core.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A setting of the file: a line of the table that the reader, the schema, the hints in messages and the reference come
 * from.
 *
 * @param description what it does: sentences
 * @param defaultText as in the file; empty for none
 * @param modes of the tunnels that it has an effect in; empty for all
 * @param absence what to warn of when it is not given; empty for nothing
 */
record Field<T>(
        String key,
        ValueType<T> type,
        Hint hint,
        String description,
        boolean required,
        String defaultText,
        @Nullable T parsedDefault,
        Set<Mode> modes,
        String absence) {

    private static final Position TABLE = new Position("the table of fields", 1, 1);

    static <T> Field<T> required(String key, ValueType<T> type, String description) {
        return new Field<>(key, type, type.hint(), description, true, "", null, Set.of(), "");
    }

    static <T> Field<T> optional(String key, ValueType<T> type, String description) {
        return new Field<>(key, type, type.hint(), description, false, "", null, Set.of(), "");
    }

    /** @param text the default, as in the file */
    static <T> Field<T> optional(String key, String text, ValueType<T> type, String description) {
        Node node = text.equals("[]")
                ? Node.list(NodePath.ROOT, TABLE, List.of())
                : Node.scalar(NodePath.ROOT, TABLE, Scalars.kind(text), text);
        try {
            T parsed = type.parser().parse(node, Reading.of(node)).orElseThrow();
            return optional(key, type, description).withDefault(text, parsed);
        } catch (InvalidValue e) {
            throw new IllegalStateException(key + " cannot have the default '" + text + "': it " + e.getMessage(), e);
        }
    }

    Field<T> withDefault(String text, T parsed) {
        return new Field<>(key, type, hint, description, required, text, parsed, modes, absence);
    }

    /** What to write, where the type does not say it well enough. */
    Field<T> hint(String form, String example) {
        Hint other = new Hint(form, example);
        return new Field<>(key, type, other, description, required, defaultText, parsedDefault, modes, absence);
    }

    Field<T> onlyIn(Mode... those) {
        Set<Mode> some = EnumSet.copyOf(List.of(those));
        return new Field<>(key, type, hint, description, required, defaultText, parsedDefault, some, absence);
    }

    Field<T> warnIfAbsent(String warning) {
        return new Field<>(key, type, hint, description, required, defaultText, parsedDefault, modes, warning);
    }

    boolean hasEffectIn(Mode mode) {
        return modes.isEmpty() || modes.contains(mode);
    }

    /** What stands for it where it is not given, of a field that has a default. */
    T defaultValue() {
        if (parsedDefault == null) {
            throw new IllegalStateException(key + " has no default");
        }
        return parsedDefault;
    }

    /** What to do when it is missing. */
    String add() {
        return hint.add(key);
    }

    /** Reads the field of a mapping, and reports what is wrong; empty when it is not there, or wrong. */
    Optional<At<T>> read(Node mapping, Reading reading) {
        return mapping.get(key).flatMap(value -> type.read(value, reading, hint).map(valid -> new At<>(valid, value)));
    }

    void reportMissing(Node mapping, Problems problems) {
        if (required) {
            problems.error(mapping, key + " is missing", add());
        }
        if (!absence.isEmpty()) {
            problems.warning(mapping, absence, add());
        }
    }

    /** What it does, and in which tunnels: sentences, or nothing. */
    String reference() {
        List<String> names = modes.stream().map(Mode::toString).toList();
        return modes.isEmpty() ? description : description + " Only in " + Spelling.list(names, "and") + " tunnels.";
    }

    /** The JSON Schema of its value. */
    Map<String, Object> schema(Map<String, Object> definitions) {
        String text = reference() + " Value: " + hint.form() + ".";
        Map<String, Object> schema = ConfigSchema.object("description", text.strip());
        schema.putAll(type.schema().in(definitions));
        if (!defaultText.isEmpty()) {
            schema.put("default", ConfigSchema.json(defaultText));
        }
        if (!hint.example().isEmpty()) {
            schema.put("examples", List.of(ConfigSchema.json(hint.example())));
        }
        return schema;
    }
}
