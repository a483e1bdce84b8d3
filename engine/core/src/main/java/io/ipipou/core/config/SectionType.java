package io.ipipou.core.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A mapping of names to entries, read as those that are right, in the file's order. */
final class SectionType<T> extends ValueType<Map<String, At<T>>> {

    private final ValueType<?> names;
    private final ValueType<T> entries;
    private final Optional<String> defaults;

    /** @param defaults the key of the file that has what every entry inherits */
    SectionType(Hint hint, ValueType<?> names, ValueType<T> entries, Optional<String> defaults) {
        super("", Set.of(Node.Kind.MAPPING), hint);
        this.names = names;
        this.entries = entries;
        this.defaults = defaults;
    }

    ValueType<T> entries() {
        return entries;
    }

    @Override
    Optional<Map<String, At<T>>> parse(Value value, Reading reading) {
        Optional<Value> inherited = defaults.flatMap(key -> reading.root().get(key));
        Map<String, At<T>> read = new LinkedHashMap<>();
        for (Map.Entry<String, Value> entry : value.entries().entrySet()) {
            if (reading.problems().isFull()) {
                break;
            }
            Value own = entry.getValue().over(inherited);
            boolean named = isName(own, reading);
            entries.read(own, reading, entries.hint())
                    .filter(valid -> named)
                    .ifPresent(valid -> read.put(entry.getKey(), new At<>(valid, own)));
        }
        return Optional.of(read);
    }

    private boolean isName(Value entry, Reading reading) {
        String name = entry.path().key();
        try {
            names.parse(entry.with(new Node.Scalar(entry.key(), Node.Kind.TEXT, name)), reading);
            return true;
        } catch (InvalidValue e) {
            String message = Quote.value(name) + " " + e.getMessage();
            reading.problems()
                    .error(entry.key(), entry.path(), message, names.hint().write());
            return false;
        }
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        return Definitions.object(
                "type",
                "object",
                "propertyNames",
                names.schema(definitions),
                "additionalProperties",
                entries.schema(definitions));
    }
}
