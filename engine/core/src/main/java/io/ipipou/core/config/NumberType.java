package io.ipipou.core.config;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A whole number of a range. */
final class NumberType extends ValueType<Integer> {

    private final int min;
    private final int max;

    /** @param noun what the number is: {@code a UDP port} */
    NumberType(String definition, String noun, int min, int max, String example) {
        super(definition, Set.of(Node.Kind.WHOLE_NUMBER), new Hint(noun + " from " + min + " to " + max, example));
        this.min = min;
        this.max = max;
    }

    @Override
    Optional<Integer> parse(Value value, Reading reading) throws InvalidValue {
        BigInteger number = Scalars.wholeNumber(value.text());
        if (number.bitLength() >= Integer.SIZE || number.intValue() < min || number.intValue() > max) {
            throw new InvalidValue("is out of range");
        }
        return Optional.of(number.intValue());
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        return Definitions.object("type", "integer", "minimum", min, "maximum", max);
    }
}
