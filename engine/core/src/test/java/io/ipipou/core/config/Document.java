package io.ipipou.core.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A file that tests change: a tree of mappings and lists, with scalars as they are written in YAML. */
final class Document {

    private static final Pattern KEY = Pattern.compile("\"[^\"]*\"|[^.\\[\\]]+");

    private final Object root;

    private Document(Object root) {
        this.root = root;
    }

    static Document of(String yaml) throws ConfigException {
        return new Document(tree(YamlReader.read(new SourceText("t.yaml", yaml), new Problems())));
    }

    private static Object tree(Node node) {
        return switch (node.kind()) {
            case MAPPING -> {
                Map<String, Object> tree = new LinkedHashMap<>();
                node.entries().forEach((key, entry) -> tree.put(key, tree(entry)));
                yield tree;
            }
            case LIST ->
                new ArrayList<>(node.items().stream().map(Document::tree).toList());
            case TEXT -> quoted(node.text());
            default -> node.text();
        };
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    Document copy() {
        return new Document(copy(root));
    }

    private static Object copy(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put((String) key, copy(value)));
            return copy;
        }
        return tree instanceof List<?> list
                ? new ArrayList<>(list.stream().map(Document::copy).toList())
                : tree;
    }

    byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return yaml(root);
    }

    private static String yaml(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            List<String> entries = new ArrayList<>();
            map.forEach((key, value) -> entries.add(quoted((String) key) + ": " + yaml(value)));
            return "{" + String.join(", ", entries) + "}";
        }
        return tree instanceof List<?> list
                ? "[" + String.join(", ", list.stream().map(Document::yaml).toList()) + "]"
                : (String) tree;
    }

    /** The value at a path such as {@code tunnels.a.routes[0]}, in YAML. */
    String get(String path) {
        return yaml(find(keys(path)));
    }

    boolean has(String path) {
        try {
            find(keys(path));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The keys of a mapping. */
    List<String> names(String path) {
        return List.copyOf(map(find(keys(path))).keySet());
    }

    /** Makes the mapping that the value belongs in, if there is none. */
    Document set(String path, String yaml) {
        List<String> keys = keys(path);
        List<String> above = keys.subList(0, keys.size() - 1);
        if (above.size() == 1 && !(map(root).get(above.get(0)) instanceof Map)) {
            map(root).put(above.get(0), new LinkedHashMap<String, Object>());
        }
        Object parent = find(above);
        String last = keys.get(keys.size() - 1);
        if (parent instanceof List<?>) {
            list(parent).set(Integer.parseInt(last), parsed(yaml));
        } else {
            map(parent).put(last, parsed(yaml));
        }
        return this;
    }

    Document remove(String path) {
        List<String> keys = keys(path);
        Object parent = find(keys.subList(0, keys.size() - 1));
        String last = keys.get(keys.size() - 1);
        if (parent instanceof List<?>) {
            list(parent).remove(Integer.parseInt(last));
        } else {
            map(parent).remove(last);
        }
        return this;
    }

    Document rename(String path, String key) {
        List<String> keys = keys(path);
        Object value = find(keys);
        remove(path);
        map(find(keys.subList(0, keys.size() - 1))).put(key, value);
        return this;
    }

    private static Object parsed(String yaml) {
        try {
            return of(yaml).root;
        } catch (ConfigException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    static List<String> keys(String path) {
        return KEY.matcher(path)
                .results()
                .map(key -> key.group().replaceAll("^[\\[\"]|[\\]\"]$", ""))
                .toList();
    }

    private Object find(List<String> keys) {
        Object found = root;
        for (String key : keys) {
            Object next = found instanceof List<?> list
                    ? list.get(Integer.parseInt(key))
                    : found instanceof Map<?, ?> map ? map.get(key) : null;
            if (next == null) {
                throw new IllegalArgumentException("no " + keys + " in " + this);
            }
            found = next;
        }
        return found;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object tree) {
        return (Map<String, Object>) tree;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object tree) {
        return (List<Object>) tree;
    }
}
