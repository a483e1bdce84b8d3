package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One of a few words. */
final class WordType<T> extends ValueType<T> {

    private final Map<String, T> words;

    private WordType(Map<String, T> words) {
        super("", Set.of(Node.Kind.TEXT), new Hint(Spelling.list(words.keySet(), "or"), ""));
        this.words = words;
    }

    static <T> WordType<T> word(String word, T value) {
        return new WordType<>(Map.of(word, value));
    }

    WordType<T> or(String word, T value) {
        Map<String, T> more = new LinkedHashMap<>(words);
        more.put(word, value);
        return new WordType<>(more);
    }

    /** Each for itself. */
    static WordType<String> words(Iterable<String> words) {
        Map<String, String> meanings = new LinkedHashMap<>();
        words.forEach(word -> meanings.put(word, word));
        return new WordType<>(meanings);
    }

    /** Constants, as their {@code toString} writes them. */
    static <E extends Enum<E>> WordType<E> words(E[] constants) {
        Map<String, E> meanings = new LinkedHashMap<>();
        for (E constant : constants) {
            meanings.put(constant.toString(), constant);
        }
        return new WordType<>(meanings);
    }

    @Override
    Optional<T> parse(Value value, Reading reading) throws InvalidValue {
        T meaning = words.get(value.text());
        if (meaning != null) {
            return Optional.of(meaning);
        }
        if (words.size() == 1) {
            throw new InvalidValue("is not supported");
        }
        throw new InvalidValue("is not " + Spelling.list(words(), "or"), Spelling.didYouMean(value.text(), words()));
    }

    Set<String> words() {
        return words.keySet();
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        List<String> all = new ArrayList<>(words.keySet());
        return all.size() == 1 ? Definitions.object("const", all.get(0)) : Definitions.object("enum", all);
    }
}
