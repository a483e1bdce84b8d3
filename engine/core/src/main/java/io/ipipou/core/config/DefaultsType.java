package io.ipipou.core.config;

import java.util.Map;
import java.util.Optional;

/** Part of what every entry of a section has, so that nothing in it is required. */
final class DefaultsType extends ValueType<FieldValues> {

    private final MappingType entries;

    DefaultsType(MappingType entries) {
        super("", entries.kinds(), entries.hint());
        this.entries = entries;
    }

    @Override
    Optional<FieldValues> parse(Value value, Reading reading) {
        return entries.parse(value, reading.ofDefaults());
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        return entries.schema(definitions);
    }
}
