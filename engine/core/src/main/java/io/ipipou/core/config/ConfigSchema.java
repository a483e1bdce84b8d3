package io.ipipou.core.config;

import io.ipipou.core.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schema (2020-12) of the file, made from the table of fields. {@code schema/tunnels.schema.json} is the one for the
 * plugins that come with ipipou.
 */
public final class ConfigSchema {

    private final Map<String, Object> root;

    private ConfigSchema(Map<String, Object> root) {
        this.root = root;
    }

    /** The schema of files on a host with these plugins. */
    public static ConfigSchema of(KnownPlugins plugins) {
        Map<String, Object> definitions = new LinkedHashMap<>();
        Map<String, Object> root = object(
                "$schema",
                "https://json-schema.org/draft/2020-12/schema",
                "title",
                "ipipou tunnels",
                "description",
                "The IPIP-over-UDP (FOU) tunnels of a Linux host, their peers, and how they authenticate.");
        root.putAll(new FileFormat(plugins).file().type("").schema().in(definitions));
        root.put("$defs", definitions);
        return new ConfigSchema(root);
    }

    /** The schema as JSON, with a newline at its end. */
    public String text() {
        return Json.pretty(root);
    }

    /** A JSON object of names and values in turn. */
    static Map<String, @Nullable Object> object(Object... members) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            object.put((String) members[i], members[i + 1]);
        }
        return object;
    }

    /** A node as JSON has it. */
    static @Nullable Object json(Node node) {
        return switch (node.kind()) {
            case MAPPING -> {
                Map<String, @Nullable Object> object = object();
                node.entries().forEach((key, entry) -> object.put(key, json(entry)));
                yield object;
            }
            case LIST -> {
                List<@Nullable Object> array = new ArrayList<>();
                node.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case WHOLE_NUMBER -> Scalars.wholeNumber(node.text());
            case FLOAT -> 0.5; // which stands for all: no field takes any, and JSON has no infinity
            case BOOLEAN -> Boolean.valueOf(node.text());
            case EMPTY -> null;
            case TEXT -> node.text();
        };
    }

    /** YAML as JSON has it. */
    static @Nullable Object json(String yaml) {
        try {
            return json(YamlReader.read(new SourceText("the table of fields", yaml), new Problems()));
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }
}
