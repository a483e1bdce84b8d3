package io.ipipou.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A duration with its unit, or 0. */
final class DurationType extends ValueType<Duration> {

    DurationType() {
        super(
                "duration",
                Set.of(Node.Kind.TEXT, Node.Kind.WHOLE_NUMBER),
                new Hint("a duration in s, m or h, or 0", "30s"));
    }

    @Override
    Optional<Duration> parse(Value value, Reading reading) throws InvalidValue {
        boolean number = value.node().kind() == Node.Kind.WHOLE_NUMBER;
        String text = number ? Scalars.wholeNumber(value.text()).toString() : value.text();
        Optional<Duration> duration = Durations.parse(text);
        if (duration.isPresent()) {
            return duration;
        }
        if (Durations.parse(text + "s").isPresent()) {
            throw new InvalidValue("has no unit", "write " + text + "s for seconds");
        }
        throw new InvalidValue("is not a duration");
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        return Definitions.object(
                "anyOf",
                List.of(
                        Definitions.object("type", "string", "pattern", "^(0|" + Durations.FORM + ")$"),
                        Definitions.object("const", 0)));
    }
}
