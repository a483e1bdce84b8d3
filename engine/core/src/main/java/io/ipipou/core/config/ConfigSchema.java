package io.ipipou.core.config;

import io.ipipou.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schema (2020-12) of the file, made from the table of fields. For the plugins that come with ipipou it is {@code
 * schema/tunnels.schema.json}.
 */
public final class ConfigSchema {

    private final Map<String, Object> root;

    private ConfigSchema(Map<String, Object> root) {
        this.root = root;
    }

    /** The schema of files on a host with these plugins. */
    public static ConfigSchema of(KnownPlugins plugins) {
        Definitions definitions = new Definitions();
        Map<String, Object> root = Definitions.object(
                "$schema",
                "https://json-schema.org/draft/2020-12/schema",
                "title",
                "ipipou tunnels",
                "description",
                "The IPIP-over-UDP (FOU) tunnels of a Linux host, their peers, and how they authenticate.");
        root.putAll(new FileFormat(plugins).file().schema(definitions));
        root.put("$defs", definitions.all());
        return new ConfigSchema(root);
    }

    /** The schema as JSON, with a newline at its end. */
    public String text() {
        return Json.pretty(root);
    }

    /** A node as JSON has it. */
    static @Nullable Object json(Node node) {
        if (node instanceof Node.Mapping mapping) {
            Map<String, @Nullable Object> object = Definitions.object();
            mapping.entries().forEach((key, entry) -> object.put(key, json(entry.value())));
            return object;
        }
        if (node instanceof Node.Sequence sequence) {
            List<@Nullable Object> array = new ArrayList<>();
            sequence.items().forEach(item -> array.add(json(item)));
            return array;
        }
        String text = ((Node.Scalar) node).text();
        return switch (node.kind()) {
            case WHOLE_NUMBER -> Scalars.wholeNumber(text);
            case FLOAT -> 0.5; // which stands for all: no field takes any, and JSON has no infinity
            case BOOLEAN -> Boolean.valueOf(text);
            case EMPTY -> null;
            default -> text;
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
