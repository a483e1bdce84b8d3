package io.ipipou.core.config;

import java.util.Map;
import java.util.Optional;

/**
 * What could be read of a mapping's fields; what is wrong is reported, and not here.
 *
 * @param at the mapping
 * @param values by field; of its type
 */
record FieldValues(Value at, Map<Field<?>, At<?>> values) {

    /** Empty when it is not given, or wrong. */
    @SuppressWarnings("unchecked") // as MappingType put it there
    <T> Optional<At<T>> find(Field<T> field) {
        return Optional.ofNullable((At<T>) values.get(field));
    }

    /** A field of a mapping in this one. */
    <T> Optional<At<T>> find(Field<FieldValues> outer, Field<T> field) {
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
}
