package io.ipipou.core.config;

import static io.ipipou.core.config.ConfigSchema.object;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The kinds of types that fields have. */
final class Types {

    interface Converter<T> {
        T convert(String text) throws InvalidValue;
    }

    static final ValueType<Boolean> FLAG =
            scalar(Node.Kind.BOOLEAN, new Hint("true or false", ""), object("type", "boolean"), Boolean::parseBoolean);

    static final ValueType<Duration> DURATION = new ValueType<>(
                    Set.of(Node.Kind.TEXT, Node.Kind.WHOLE_NUMBER),
                    new Hint("a duration in s, m or h, or 0", "30s"),
                    definitions -> object(
                            "anyOf",
                            List.of(
                                    object("type", "string", "pattern", "^(0|" + Durations.FORM + ")$"),
                                    object("const", 0))),
                    (value, reading) -> Optional.of(duration(value)))
            .named("duration");

    /** Of the kernel's u32. */
    static final long MAX_UNSIGNED = 0xffff_ffffL;

    private Types() {}

    private static <T> ValueType<T> scalar(
            Node.Kind kind, Hint hint, Map<String, Object> schema, Converter<T> converter) {
        return new ValueType<>(
                Set.of(kind),
                hint,
                definitions -> schema,
                (value, reading) -> Optional.of(converter.convert(value.text())));
    }

    /** @param pattern what JSON Schema can say of the text, in the regular expressions that Java and ECMA-262 share */
    static <T> ValueType<T> text(Hint hint, String pattern, Converter<T> converter) {
        return scalar(Node.Kind.TEXT, hint, object("type", "string", "pattern", "^" + pattern + "$"), converter);
    }

    /** Text of which the pattern says all. */
    static ValueType<String> matching(Hint hint, String pattern, String mistake) {
        Pattern compiled = Pattern.compile(pattern);
        return text(hint, pattern, text -> {
            if (!compiled.matcher(text).matches()) {
                throw new InvalidValue(mistake);
            }
            return text;
        });
    }

    /** @param noun what the number is: {@code a UDP port} */
    static ValueType<Integer> number(String noun, int min, int max, String example) {
        return scalar(
                Node.Kind.WHOLE_NUMBER,
                new Hint(noun + " from " + min + " to " + max, example),
                object("type", "integer", "minimum", min, "maximum", max),
                text -> {
                    BigInteger number = Scalars.wholeNumber(text);
                    if (number.bitLength() >= Integer.SIZE || number.intValue() < min || number.intValue() > max) {
                        throw new InvalidValue("is out of range");
                    }
                    return number.intValue();
                });
    }

    /** A u32 of the kernel, read as a signed number. */
    static ValueType<Integer> unsigned(String noun, long min, String example) {
        return scalar(
                Node.Kind.WHOLE_NUMBER,
                new Hint(noun + " from " + min + " to " + MAX_UNSIGNED, example),
                object("type", "integer", "minimum", min, "maximum", MAX_UNSIGNED),
                text -> {
                    BigInteger number = Scalars.wholeNumber(text);
                    if (number.compareTo(BigInteger.valueOf(min)) < 0 || number.bitLength() > Integer.SIZE) {
                        throw new InvalidValue("is out of range");
                    }
                    return number.intValue();
                });
    }

    private static Duration duration(Node value) throws InvalidValue {
        boolean number = value.kind() == Node.Kind.WHOLE_NUMBER;
        String text = number ? Scalars.wholeNumber(value.text()).toString() : value.text();
        Optional<Duration> duration = Durations.parse(text);
        if (duration.isEmpty() && Durations.parse(text + "s").isPresent()) {
            throw new InvalidValue("has no unit", "write " + text + "s for seconds");
        }
        return duration.orElseThrow(() -> new InvalidValue("is not a duration"));
    }

    /** One of a few words. */
    static <T> ValueType<T> words(Map<String, T> words) {
        String all = Spelling.list(words.keySet(), "or");
        return scalar(Node.Kind.TEXT, new Hint(all, ""), object("enum", List.copyOf(words.keySet())), text -> {
            T meaning = words.get(text);
            if (meaning == null) {
                String message = words.size() == 1 ? "is not valid" : "is not " + all;
                throw new InvalidValue(message, Spelling.didYouMean(text, words.keySet()));
            }
            return meaning;
        });
    }

    /** What the {@code toString} of each constant says. */
    static <T> ValueType<T> words(Iterable<? extends T> constants) {
        Map<String, T> words = new LinkedHashMap<>();
        constants.forEach(constant -> words.put(constant.toString(), constant));
        return words(words);
    }

    /** The name of an entry in a section of the file. */
    static ValueType<String> nameIn(String section) {
        return new ValueType<>(
                Set.of(Node.Kind.TEXT),
                new Hint("the name of an entry in " + section, ""),
                definitions -> object("type", "string"),
                (value, reading) -> {
                    Set<String> known = reading.root()
                            .get(section)
                            .map(entries -> entries.entries().keySet())
                            .orElse(Set.of());
                    if (!known.contains(value.text())) {
                        Optional<String> add = Optional.of("define it there")
                                .filter(hint -> value.text().matches(FileFormat.NAME_PATTERN));
                        throw new InvalidValue(
                                "is not defined in " + section,
                                Spelling.didYouMean(value.text(), known).or(() -> add));
                    }
                    return Optional.of(value.text());
                });
    }

    /** The number of a routing table, or its name on this host. */
    static ValueType<Integer> routingTable() {
        ValueType<Integer> name = new ValueType<>(
                Set.of(Node.Kind.TEXT),
                new Hint("the name of a routing table (rt_tables)", "100"),
                definitions -> object("type", "string", "pattern", "^[^\\s#]+$"),
                (value, reading) -> Optional.of(reading.tables().number(value.text())));
        return either(unsigned("a number", 1, "100"), name);
    }

    /** A value of one type or another: {@code auto} or a number, text or a mapping. The first that accepts it reads it. */
    static <T> ValueType<T> either(ValueType<? extends T> first, ValueType<? extends T> second) {
        Set<Node.Kind> kinds = EnumSet.copyOf(first.kinds());
        kinds.addAll(second.kinds());
        return new ValueType<>(
                kinds,
                new Hint(
                        first.hint().form() + " or " + second.hint().form(),
                        second.hint().example()),
                definitions -> object(
                        "anyOf",
                        List.of(first.schema().in(definitions), second.schema().in(definitions))),
                (value, reading) -> {
                    Optional<String> instead = Optional.empty();
                    String message = "is not valid";
                    for (ValueType<? extends T> type : List.of(first, second)) {
                        if (type.kinds().contains(value.kind())) {
                            try {
                                return type.parser().parse(value, reading).map(parsed -> parsed);
                            } catch (InvalidValue e) {
                                message = String.valueOf(e.getMessage());
                                instead = instead.or(e::instead);
                            }
                        }
                    }
                    throw new InvalidValue(message, instead);
                });
    }

    /** A list, read as its items that are right, each with its place. */
    static <T> ValueType<List<At<T>>> listOf(Hint hint, ValueType<T> items) {
        return new ValueType<>(
                Set.of(Node.Kind.LIST),
                hint,
                definitions -> object("type", "array", "items", items.schema().in(definitions)),
                (value, reading) -> {
                    List<At<T>> read = new ArrayList<>();
                    value.items().forEach(item -> items.read(item, reading, items.hint())
                            .ifPresent(valid -> read.add(new At<>(valid, item))));
                    return Optional.of(read);
                });
    }

    /** As {@link #listOf}, of at least one item, and none twice. */
    static <T> ValueType<List<At<T>>> distinctListOf(Hint hint, ValueType<T> items) {
        ValueType<List<At<T>>> list = listOf(hint, items);
        return new ValueType<>(
                list.kinds(),
                hint,
                definitions -> {
                    Map<String, Object> schema = list.schema().in(definitions);
                    schema.putAll(object("minItems", 1, "uniqueItems", true));
                    return schema;
                },
                (value, reading) -> {
                    if (value.items().isEmpty()) {
                        throw new InvalidValue("is empty");
                    }
                    Optional<List<At<T>>> read = list.parser().parse(value, reading);
                    Set<T> seen = new HashSet<>();
                    read.orElseThrow().stream()
                            .filter(item -> !seen.add(item.value()))
                            .forEach(item -> reading.problems()
                                    .error(item.at(), item.at().shown() + "is listed twice", "remove one of the two"));
                    return read;
                });
    }

    /**
     * A mapping of names to entries, read as those that are right, in the file's order.
     *
     * @param defaults the key of the file under which is what every entry inherits; empty for none
     */
    static <T> ValueType<Map<String, At<T>>> section(
            String form, ValueType<?> names, ValueType<T> entries, String defaults) {
        return new ValueType<>(
                Set.of(Node.Kind.MAPPING),
                new Hint(form, "{}"),
                definitions -> object(
                        "type",
                        "object",
                        "propertyNames",
                        names.schema().in(definitions),
                        "additionalProperties",
                        entries.schema().in(definitions)),
                (value, reading) -> {
                    Optional<Node> inherited = reading.root().get(defaults);
                    Map<String, At<T>> read = new LinkedHashMap<>();
                    for (Map.Entry<String, Node> entry : value.entries().entrySet()) {
                        if (reading.problems().isFull()) {
                            break;
                        }
                        Node own = entry.getValue();
                        Node whole = inherited.map(own::over).orElse(own);
                        Node name = Node.scalar(own.path(), own.key(), Node.Kind.TEXT, entry.getKey());
                        boolean named = names.read(name, reading, names.hint()).isPresent();
                        entries.read(whole, reading, entries.hint())
                                .filter(valid -> named)
                                .ifPresent(valid -> read.put(entry.getKey(), new At<>(valid, whole)));
                    }
                    return Optional.of(read);
                });
    }
}
