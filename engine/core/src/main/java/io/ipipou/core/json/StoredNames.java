package io.ipipou.core.json;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The names that a stored file uses for record components, enum constants and the implementations of a sealed
 * interface. They are part of the file format: renaming a class, a component or a constant must not change them.
 */
public final class StoredNames {

    private final Map<Class<?>, List<String>> names = new HashMap<>();
    private final Map<Class<?>, String> kinds = new HashMap<>();
    private final Map<Class<?>, Map<String, Object>> absent = new HashMap<>();

    /**
     * Names a record's components or an enum's constants, in the order of their declaration.
     *
     * @throws IllegalArgumentException if there are more or fewer names than components or constants, or one occurs
     *     twice
     */
    public StoredNames with(Class<?> type, String... stored) {
        int count = type.isRecord() ? type.getRecordComponents().length : type.getEnumConstants().length;
        List<String> list = List.of(stored);
        if (list.size() != count || new HashSet<>(list).size() != count) {
            throw new IllegalArgumentException(type + " needs " + count + " different stored names, not " + list);
        }
        names.put(type, list);
        return this;
    }

    /** Names a record that implements a sealed interface, and its components. */
    public StoredNames kind(Class<? extends Record> type, String kind, String... stored) {
        kinds.put(type, kind);
        return with(type, stored);
    }

    /** Leaves out a component that has this value, so that files from before the component existed are read as before. */
    public StoredNames absent(Class<? extends Record> type, String stored, Object value) {
        absent.computeIfAbsent(type, any -> new HashMap<>()).put(stored, value);
        return this;
    }

    /** The value of a component that the file leaves out; empty if it must not. */
    Optional<Object> absent(Class<?> type, String stored) {
        return Optional.ofNullable(absent.getOrDefault(type, Map.of()).get(stored));
    }

    /** @throws IllegalStateException if the type has no stored names */
    List<String> of(Class<?> type) {
        return Optional.ofNullable(names.get(type))
                .orElseThrow(() -> new IllegalStateException(type + " has no stored names"));
    }

    /** Which implementation of a sealed interface the record is; empty for any other record. */
    Optional<String> kind(Class<?> type) {
        return Optional.ofNullable(kinds.get(type));
    }

    String ofConstant(Enum<?> constant) {
        Class<?> type = constant.getDeclaringClass();
        return of(type).get(List.of(type.getEnumConstants()).indexOf(constant));
    }

    /** @throws IllegalArgumentException if no constant has this stored name */
    <E> E constant(Class<E> type, String stored) {
        int position = of(type).indexOf(stored);
        if (position < 0) {
            throw new IllegalArgumentException("no " + type + ": " + stored);
        }
        return Objects.requireNonNull(type.getEnumConstants())[position];
    }
}
