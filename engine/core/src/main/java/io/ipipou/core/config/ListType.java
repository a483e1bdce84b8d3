package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A list, read as its items that are right, each with its place. */
final class ListType<T> extends ValueType<List<At<T>>> {

    private final ValueType<T> items;

    ListType(Hint hint, ValueType<T> items) {
        super("", Set.of(Node.Kind.LIST), hint);
        this.items = items;
    }

    @Override
    Optional<List<At<T>>> parse(Value value, Reading reading) {
        List<At<T>> read = new ArrayList<>();
        for (Value item : value.items()) {
            items.read(item, reading, items.hint()).ifPresent(valid -> read.add(new At<>(valid, item)));
        }
        return Optional.of(read);
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        return Definitions.object("type", "array", "items", items.schema(definitions));
    }
}
