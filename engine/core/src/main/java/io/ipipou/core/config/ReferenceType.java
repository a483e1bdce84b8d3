package io.ipipou.core.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The name of an entry in a section of the file. */
final class ReferenceType extends ValueType<String> {

    private final String section;

    ReferenceType(String section) {
        super("", Set.of(Node.Kind.TEXT), new Hint("the name of an entry in " + section, ""));
        this.section = section;
    }

    @Override
    Optional<String> parse(Value value, Reading reading) throws InvalidValue {
        Set<String> known = reading.root().get(section).map(Value::keys).orElse(Set.of());
        if (known.contains(value.text())) {
            return Optional.of(value.text());
        }
        String message = "is not defined in " + section;
        Optional<String> nearest = Spelling.didYouMean(value.text(), known);
        throw nearest.isEmpty() && Types.isName(value.text())
                ? new InvalidValue(message, "define it there")
                : new InvalidValue(message, nearest);
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        return Definitions.object("type", "string");
    }
}
