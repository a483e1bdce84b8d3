package io.ipipou.core.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Values of another type, with a meaning. */
final class MappedType<S, T> extends ValueType<T> {

    private final ValueType<S> type;
    private final Function<S, T> meaning;

    MappedType(ValueType<S> type, Function<S, T> meaning) {
        super("", type.kinds(), type.hint());
        this.type = type;
        this.meaning = meaning;
    }

    @Override
    Optional<T> parse(Value value, Reading reading) throws InvalidValue {
        return type.parse(value, reading).map(meaning);
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        return type.schema(definitions);
    }
}
