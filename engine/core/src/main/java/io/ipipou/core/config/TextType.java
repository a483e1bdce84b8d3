package io.ipipou.core.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Text of a form, such as an address. */
final class TextType<T> extends ValueType<T> {

    interface Converter<T> {
        T convert(String text) throws InvalidValue;
    }

    private final String pattern;
    private final Converter<T> converter;

    /** @param pattern what JSON Schema can say of the form, in the regular expressions that Java and ECMA-262 share */
    TextType(String definition, Hint hint, String pattern, Converter<T> converter) {
        super(definition, Set.of(Node.Kind.TEXT), hint);
        this.pattern = "^" + pattern + "$";
        this.converter = converter;
    }

    /** Text of which the pattern says all. */
    static TextType<String> matching(String definition, Hint hint, String pattern, String mistake) {
        Pattern compiled = Pattern.compile(pattern);
        return new TextType<>(definition, hint, pattern, text -> {
            if (!compiled.matcher(text).matches()) {
                throw new InvalidValue(mistake);
            }
            return text;
        });
    }

    @Override
    Optional<T> parse(Value value, Reading reading) throws InvalidValue {
        return Optional.of(converter.convert(value.text()));
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        return Definitions.object("type", "string", "pattern", pattern);
    }
}
