package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A value of one type or another: {@code auto} or a number, text or a mapping. The first that takes the value reads it. */
final class Choice<T> extends ValueType<T> {

    private final List<ValueType<? extends T>> types;

    private Choice(List<ValueType<? extends T>> types, Set<Node.Kind> kinds, Hint hint) {
        super("", kinds, hint);
        this.types = types;
    }

    /** @param second also tells what an example is */
    static <T> Choice<T> of(ValueType<? extends T> first, ValueType<? extends T> second) {
        Set<Node.Kind> kinds = EnumSet.copyOf(first.kinds());
        kinds.addAll(second.kinds());
        List<String> forms = new ArrayList<>();
        for (ValueType<? extends T> type : List.of(first, second)) {
            forms.addAll(
                    type instanceof WordType<?> words
                            ? words.words()
                            : Set.of(type.hint().form()));
        }
        Hint hint = new Hint(Spelling.list(forms, "or"), second.hint().example());
        return new Choice<>(List.of(first, second), kinds, hint);
    }

    @Override
    Optional<T> parse(Value value, Reading reading) throws InvalidValue {
        String message = "is not valid";
        Optional<String> instead = Optional.empty();
        for (ValueType<? extends T> type : types) {
            if (type.kinds().contains(value.node().kind())) {
                try {
                    return type.parse(value, reading).map(parsed -> parsed);
                } catch (InvalidValue e) {
                    message = type instanceof WordType ? message : e.getMessage();
                    instead = instead.or(e::instead);
                }
            }
        }
        throw new InvalidValue(message, instead);
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        List<Object> schemas = new ArrayList<>();
        types.forEach(type -> schemas.add(type.schema(definitions)));
        return Definitions.object("anyOf", schemas);
    }
}
