package io.ipipou.core.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A setting of the file: a line of the table that the reader, the schema, the hints in messages and the reference come
 * from. Immutable.
 */
final class Field<T> {

    private static final Position TABLE = new Position("the table of fields", 1, 1);

    private final String key;
    private final ValueType<T> type;
    private final Hint hint;
    private final String description;
    private final boolean required;
    private final String defaultText;
    private final Set<Mode> modes;
    private final String absence;

    /** Read when it is first needed: by any thread, each of which reads the same. */
    private @Nullable T defaultValue;

    private Field(
            String key,
            ValueType<T> type,
            Hint hint,
            String description,
            boolean required,
            String defaultText,
            Set<Mode> modes,
            String absence) {
        this.key = key;
        this.type = type;
        this.hint = hint;
        this.description = description;
        this.required = required;
        this.defaultText = defaultText;
        this.modes = modes;
        this.absence = absence;
    }

    /** @param description what it does: one or more sentences */
    static <T> Field<T> field(String key, ValueType<T> type, String description) {
        return new Field<>(key, type, type.hint(), description, false, "", Set.of(), "");
    }

    /** What to write, where the type does not say it well enough. */
    Field<T> form(String form) {
        return hint(new Hint(form, hint.example()));
    }

    Field<T> suchAs(String example) {
        return hint(hint.suchAs(example));
    }

    private Field<T> hint(Hint other) {
        return new Field<>(key, type, other, description, required, defaultText, modes, absence);
    }

    Field<T> required() {
        return new Field<>(key, type, hint, description, true, defaultText, modes, absence);
    }

    /** @param text as in the file */
    Field<T> byDefault(String text) {
        return new Field<>(key, type, hint, description, required, text, modes, absence);
    }

    /** The modes of tunnel that it has an effect in; without this, all. */
    Field<T> onlyIn(Mode first, Mode... others) {
        return new Field<>(key, type, hint, description, required, defaultText, EnumSet.of(first, others), absence);
    }

    /** @param warning what to tell the operator when it is not given; empty for nothing */
    Field<T> warnIfAbsent(String warning) {
        return new Field<>(key, type, hint, description, required, defaultText, modes, warning);
    }

    String key() {
        return key;
    }

    ValueType<T> type() {
        return type;
    }

    Hint hint() {
        return hint;
    }

    String description() {
        return description;
    }

    boolean isRequired() {
        return required;
    }

    /** As in the file; empty for none. */
    String defaultText() {
        return defaultText;
    }

    boolean hasEffectIn(Mode mode) {
        return modes.isEmpty() || modes.contains(mode);
    }

    /** Empty when it is for all. */
    Set<Mode> modes() {
        return modes;
    }

    String absence() {
        return absence;
    }

    /** Reads the field of a mapping, with what is wrong reported; empty when it is not there, or wrong. */
    Optional<At<T>> read(Value mapping, Reading reading) {
        Optional<Value> given = mapping.get(key);
        return given.flatMap(value -> type.read(value, reading, hint).map(read -> new At<>(read, value)));
    }

    /** What stands for it where it is not given, if it has a default. */
    T defaultValue() {
        T known = defaultValue;
        if (known == null) {
            known = parsedDefault();
            defaultValue = known;
        }
        return known;
    }

    private T parsedDefault() {
        Node node = defaultText.equals("[]")
                ? new Node.Sequence(TABLE, List.of())
                : new Node.Scalar(TABLE, Scalars.kind(defaultText), defaultText);
        Value value = Value.root(node);
        try {
            return type.parse(value, Reading.of(value)).orElseThrow();
        } catch (InvalidValue e) {
            throw new IllegalStateException(key + " has no default: '" + defaultText + "' " + e.getMessage(), e);
        }
    }

    /** What it does, and in which tunnels: sentences, or nothing. */
    String reference() {
        if (modes.isEmpty()) {
            return description;
        }
        List<String> names = modes.stream().map(Mode::toString).toList();
        return description + " Only in " + Spelling.list(names, "and") + " tunnels.";
    }

    /** The JSON Schema of its value. */
    Map<String, Object> schema(Definitions definitions) {
        String value = "Value: " + hint.form() + ".";
        Map<String, Object> schema = Definitions.object("description", (reference() + " " + value).strip());
        schema.putAll(type.schema(definitions));
        if (!defaultText.isEmpty()) {
            schema.put("default", ConfigSchema.json(defaultText));
        }
        if (!hint.example().isEmpty()) {
            schema.put("examples", List.of(ConfigSchema.json(hint.example())));
        }
        return schema;
    }
}
