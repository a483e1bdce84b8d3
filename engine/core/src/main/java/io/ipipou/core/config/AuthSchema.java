package io.ipipou.core.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The part of the schema that depends on which auth schemes there are, made from the settings they declare. */
final class AuthSchema {

    /** Before a scheme's id, the name of its definition. */
    static final String PREFIX = "auth-";

    private AuthSchema() {}

    /** Adds to the definitions what an entry of {@code auth} may be. */
    static void addTo(ObjectNode definitions, Map<String, List<Setting>> schemes) {
        ObjectNode entry = definitions.putObject("auth");
        entry.put("title", "Auth entry").put("description", "a mapping of scheme and what the scheme needs");
        entry.put("type", "object").putArray("required").add("scheme");
        ObjectNode scheme = entry.putObject("properties").putObject("scheme");
        scheme.put("title", "Scheme").put("description", "one of " + String.join(", ", schemes.keySet()));
        schemes.keySet().forEach(scheme.putArray("enum")::add);
        ArrayNode all = entry.putArray("allOf");
        schemes.forEach((id, settings) -> {
            ObjectNode choice = all.addObject();
            ObjectNode condition = choice.putObject("if");
            condition.putObject("properties").putObject("scheme").put("const", id);
            condition.putArray("required").add("scheme");
            choice.putObject("then").put("$ref", "#/$defs/" + PREFIX + id);
            definitions.set(PREFIX + id, scheme(id, settings));
        });
    }

    private static ObjectNode scheme(String id, List<Setting> settings) {
        ObjectNode scheme = JsonNodeFactory.instance.objectNode();
        scheme.put("title", "Auth entry of scheme " + id);
        scheme.put("type", "object").put("additionalProperties", false);
        ObjectNode properties = scheme.putObject("properties");
        properties.put("scheme", true);
        settings.forEach(setting -> properties.set(setting.name(), property(setting)));
        ArrayNode alternatives = JsonNodeFactory.instance.arrayNode();
        groups(settings).values().stream()
                .filter(group -> group.get(0).requirement() == Requirement.ALWAYS)
                .forEach(group -> alternatives.add(oneOf(group)));
        if (!alternatives.isEmpty()) {
            scheme.set("allOf", alternatives);
        }
        return scheme;
    }

    /** In the order they are declared in. */
    static Map<String, List<Setting>> groups(List<Setting> settings) {
        return settings.stream()
                .collect(Collectors.groupingBy(Setting::group, LinkedHashMap::new, Collectors.toList()));
    }

    private static ObjectNode oneOf(List<Setting> group) {
        ObjectNode choice = JsonNodeFactory.instance.objectNode();
        ArrayNode branches = choice.putArray("oneOf");
        group.forEach(setting -> branches.addObject().putArray("required").add(setting.name()));
        return choice;
    }

    private static ObjectNode property(Setting setting) {
        ObjectNode property = JsonNodeFactory.instance.objectNode();
        property.put("description", setting.description());
        switch (setting.type()) {
            case TEXT -> property.put("type", "string").put("minLength", 1);
            case SECRET_TEXT -> property.put("$ref", "#/$defs/secret");
            case SECRET_BASE64 -> property.put("$ref", "#/$defs/secret").put("pattern", base64(setting.bytes()));
            case BASE64 -> property.put("type", "string").put("pattern", base64(setting.bytes()));
            case IPV4 -> property.put("$ref", "#/$defs/ipv4");
            case PORT -> property.put("$ref", "#/$defs/port");
            case DURATION -> property.put("$ref", "#/$defs/duration");
            case BOOLEAN -> property.put("type", "boolean");
        }
        return property;
    }

    /** So many bytes, or any number but 0, in groups of three bytes and four characters. */
    private static String base64(int bytes) {
        if (bytes == 0) {
            return "^[A-Za-z0-9+/]{2,}={0,2}$";
        }
        String padding = List.of("", "(==)?", "=?").get(bytes % 3);
        return "^[A-Za-z0-9+/]{" + (bytes * 8 + 5) / 6 + "}" + padding + "$";
    }
}
