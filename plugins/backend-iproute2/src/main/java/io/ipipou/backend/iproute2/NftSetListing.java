package io.ipipou.backend.iproute2;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the lines between the braces of a set or map in a listing. */
final class NftSetListing {

    private static final Set<String> NO_FLAGS = Set.of();
    private static final Set<String> TIMEOUT = Set.of("timeout");
    private static final Set<String> METER = Set.of("timeout", "dynamic");
    private static final Pattern PROPERTY = Pattern.compile("(type|flags|size|timeout) ([^#]*?)(?:\\s+#.*)?");
    private static final Pattern COMMENT = Pattern.compile("comment \"[^\"]*\"");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern ELEMENT = Pattern.compile("([0-9.]+(?: \\. [0-9.]+)*)(?: timeout ([0-9a-z]+))?"
            + "(?: expires ([0-9a-z]+))?(?: comment \"[^\"]*\")?(?: : ([0-9.]+))?");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,12})(ms|[wdhms])");
    private static final String ELEMENTS = "elements = {";

    private final String table;
    private final String name;
    private final Map<String, String> properties = new HashMap<>();
    private final List<String> description = new ArrayList<>();
    private final StringBuilder elements = new StringBuilder();
    private boolean unsupported;

    NftSetListing(String table, String name, List<String> lines) {
        this.table = table;
        this.name = name;
        boolean inElements = false;
        for (String line : lines) {
            inElements |= line.startsWith(ELEMENTS);
            if (inElements) {
                elements.append(line).append(' ');
                inElements = !line.endsWith("}");
                continue;
            }
            description.add(line);
            Matcher property = PROPERTY.matcher(line);
            if (property.matches()) {
                properties.put(property.group(1), property.group(2).strip());
            } else {
                unsupported |= !COMMENT.matcher(line).matches();
            }
        }
    }

    /** The lines except the elements. */
    List<String> description() {
        return List.copyOf(description);
    }

    /** The set; empty if {@link NftSet} cannot represent it. */
    Optional<NftSet> set() {
        String[] type = properties.getOrDefault("type", "").split(" : ", 2);
        Optional<List<NftType>> key = types(type[0]);
        Optional<List<NftType>> data = type.length == 2 ? types(type[1]) : Optional.of(List.of());
        if (unsupported || key.isEmpty() || data.isEmpty() || data.get().size() > 1) {
            return Optional.empty();
        }
        Optional<NftType> value = data.get().stream().findFirst();
        String flags = properties.getOrDefault("flags", "");
        Set<String> flagSet = flags.isEmpty() ? NO_FLAGS : Set.copyOf(List.of(flags.split(",\\s*")));
        Optional<Integer> size = Optional.ofNullable(properties.get("size"))
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Integer::valueOf);
        Optional<Duration> timeout =
                Optional.ofNullable(properties.get("timeout")).flatMap(NftSetListing::duration);
        boolean plain = !properties.containsKey("size") && !properties.containsKey("timeout");
        if (plain && (flagSet.equals(NO_FLAGS) || flagSet.equals(TIMEOUT))) {
            return Optional.of(new NftSet(name, key.get(), value, !flagSet.isEmpty(), Optional.empty()));
        }
        if (flagSet.equals(METER) && size.isPresent() && timeout.isPresent()) {
            NftSet.Meter meter = new NftSet.Meter(size.get(), timeout.get());
            return Optional.of(new NftSet(name, key.get(), value, true, Optional.of(meter)));
        }
        return Optional.empty();
    }

    private static Optional<List<NftType>> types(String text) {
        List<NftType> types = new ArrayList<>();
        for (String word : text.split(" \\. ", -1)) {
            for (NftType type : NftType.values()) {
                if (type.toString().equals(word)) {
                    types.add(type);
                }
            }
        }
        return types.size() == text.split(" \\. ", -1).length ? Optional.of(types) : Optional.empty();
    }

    /** The elements, none for a meter; empty if {@link NftElement} cannot represent one of them. */
    Optional<Set<NftElement>> elements(NftSet set) {
        String text = elements.toString().strip();
        if (set.meter().isPresent() || text.isEmpty()) {
            return Optional.of(Set.of());
        }
        if (!text.endsWith("}")) {
            return Optional.empty();
        }
        Set<NftElement> found = new HashSet<>();
        for (String item : split(text.substring(ELEMENTS.length(), text.length() - 1))) {
            Optional<NftElement> element = element(item.strip(), set);
            if (element.isEmpty()) {
                description.add("element " + item.strip());
                return Optional.empty();
            }
            found.add(element.get());
        }
        return Optional.of(found);
    }

    /** Splits at commas outside comments. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            quoted ^= text.charAt(i) == '"';
            if (text.charAt(i) == ',' && !quoted) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private Optional<NftElement> element(String text, NftSet set) {
        Matcher matcher = ELEMENT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String[] words = matcher.group(1).split(" \\. ", -1);
        List<NftValue> key = new ArrayList<>();
        for (int i = 0; i < words.length && i < set.key().size(); i++) {
            value(set.key().get(i), words[i]).ifPresent(key::add);
        }
        Optional<NftValue> data =
                Optional.ofNullable(matcher.group(4)).flatMap(word -> set.data().flatMap(type -> value(type, word)));
        // nft prints 0 for an element with less than a millisecond left.
        Optional<Duration> remaining = Optional.ofNullable(matcher.group(3))
                .or(() -> Optional.ofNullable(matcher.group(2)))
                .flatMap(NftSetListing::duration)
                .map(time -> time.isZero() ? Duration.ofMillis(1) : time);
        boolean complete = words.length == set.key().size()
                && key.size() == words.length
                && data.isPresent() == set.data().isPresent()
                && (matcher.group(4) == null) == data.isEmpty();
        return complete ? Optional.of(new NftElement(table, name, key, data, remaining)) : Optional.empty();
    }

    private static Optional<NftValue> value(NftType type, String word) {
        return switch (type) {
            case IPV4_ADDR -> Ipv4.parse(word).map(NftValue::of);
            case INET_SERVICE ->
                NUMBER.matcher(word).matches() && Integer.parseInt(word) <= Ports.MAX
                        ? Optional.of(NftValue.port(Integer.parseInt(word)))
                        : Optional.empty();
        };
    }

    /** Parses a time such as {@code 1d2h3m4s5ms}. */
    private static Optional<Duration> duration(String text) {
        Matcher matcher = TIME.matcher(text);
        Duration time = Duration.ZERO;
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            long number = Long.parseLong(matcher.group(1));
            time = time.plus(
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        case "d" -> Duration.ofDays(number);
                        default -> Duration.ofDays(Math.multiplyExact(7, number));
                    });
            end = matcher.end();
        }
        return end == text.length() && end > 0 ? Optional.of(time) : Optional.empty();
    }
}
