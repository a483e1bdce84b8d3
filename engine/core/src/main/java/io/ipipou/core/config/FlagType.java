package io.ipipou.core.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** True or false. */
final class FlagType extends ValueType<Boolean> {

    FlagType() {
        super("", Set.of(Node.Kind.BOOLEAN), new Hint("true or false", ""));
    }

    @Override
    Optional<Boolean> parse(Value value, Reading reading) {
        return Optional.of(Boolean.parseBoolean(value.text()));
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        return Definitions.object("type", "boolean");
    }
}
