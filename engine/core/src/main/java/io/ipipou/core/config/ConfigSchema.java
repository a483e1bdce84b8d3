package io.ipipou.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ipipou.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The JSON Schema (2020-12) of the file. All but the plugins' part is {@code schema/tunnels.schema.json}, which is also
 * the whole for the plugins that come with ipipou.
 *
 * <p>Every description begins with what to write there, as a phrase that can follow "write" in a message; sentences
 * after it are for readers.
 */
public final class ConfigSchema {

    private static final String RESOURCE = "tunnels.schema.json";

    private final ObjectNode root;

    private ConfigSchema(ObjectNode root) {
        this.root = root;
    }

    /** The schema of files on a host with these plugins. */
    public static ConfigSchema of(KnownPlugins plugins) {
        ObjectNode root = resource();
        ArrayNode backends = JsonNodeFactory.instance.arrayNode();
        plugins.backends().forEach(backends::add);
        ObjectNode backend = root.withObject("/properties/settings/properties/backend");
        backend.put("description", "one of " + String.join(", ", plugins.backends()));
        backend.set("enum", backends);
        ObjectNode definitions = root.withObject("/$defs");
        definitions.properties().removeIf(entry -> entry.getKey().startsWith("auth"));
        AuthSchema.addTo(definitions, plugins.authSchemes());
        return new ConfigSchema(root);
    }

    private static ObjectNode resource() {
        try (InputStream in = ConfigSchema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + RESOURCE);
            }
            return (ObjectNode) Json.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    /** The schema as JSON, laid out as the file is, with a newline at its end. */
    public String text() {
        return Json.pretty(root);
    }
}
