package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.Keyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigSchemaTest {

    private static final Path FILE = Path.of("../../schema/tunnels.schema.json");

    private final JsonNode schema = ConfigSchema.of(BuiltIns.PLUGINS).root();

    @Test
    void theFileIsWhatTheToolPrints() throws Exception {
        assertThat(ConfigSchema.of(BuiltIns.PLUGINS).text())
                .as("after a change: ipipou schema > schema/tunnels.schema.json")
                .isEqualTo(Files.readString(FILE));
    }

    @Test
    void isValidByTheMetaSchema() {
        var meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(meta.validate(schema)).isEmpty();
    }

    /** A keyword that the tool's validator does not know would silently check nothing. */
    @Test
    void usesOnlyKeywordsThatTheToolChecks() {
        Set<String> checked =
                SchemaCheck.KEYWORDS.stream().map(Keyword::getValue).collect(Collectors.toCollection(HashSet::new));
        checked.addAll(Set.of("then", "$schema", "$defs", "title", "description", "default", "examples", "format"));

        assertThat(keywords(schema)).isSubsetOf(checked);
        assertThat(keywords(schema)).containsAll(Arrays.asList("oneOf", "propertyNames", "maximum"));
    }

    @Test
    void everyDefinitionIsUsed() {
        String text = schema.toString();

        schema.path("$defs").fieldNames().forEachRemaining(name -> assertThat(text)
                .contains("\"#/$defs/" + name + "\""));
    }

    @Test
    void everyPropertySaysWhatToWrite() {
        Hints hints = new Hints(
                ConfigSchema.of(BuiltIns.PLUGINS),
                Value.root(new Node.Mapping(new Position("t.yaml", 1, 1), Map.of())));
        NodePath tunnel = NodePath.ROOT.key("tunnels").key("any");

        for (NodePath path : Set.of(NodePath.ROOT, tunnel, tunnel.key("local"), tunnel.key("inner"))) {
            assertThat(hints.keys(path)).isNotEmpty();
            hints.keys(path).forEach(key -> assertThat(hints.at(path.key(key)))
                    .as(path.key(key).toString())
                    .isNotEmpty()
                    .doesNotEndWith("."));
        }
    }

    private static Set<String> keywords(JsonNode schema) {
        Set<String> keywords = new TreeSet<>();
        if (schema instanceof ObjectNode object) {
            object.properties().forEach(entry -> {
                keywords.add(entry.getKey());
                switch (entry.getKey()) {
                    case "properties", "$defs" -> entry.getValue().forEach(below -> keywords.addAll(keywords(below)));
                    case "default", "examples", "enum", "const", "required", "type" -> {}
                    default -> keywords.addAll(keywords(entry.getValue()));
                }
            });
        } else {
            schema.forEach(below -> keywords.addAll(keywords(below)));
        }
        return keywords;
    }
}
