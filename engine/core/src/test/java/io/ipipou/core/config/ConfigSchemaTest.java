package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import io.ipipou.core.json.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigSchemaTest {

    private final String text = ConfigSchema.of(BuiltIns.PLUGINS).text();

    @Test
    void theFileIsWhatTheToolPrints() throws Exception {
        Generated.check(Path.of("../../schema/tunnels.schema.json"), text);
    }

    @Test
    void isValidByTheMetaSchema() throws Exception {
        var meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(meta.validate(Json.read(text))).isEmpty();
    }

    @Test
    void everyDefinitionIsUsed() throws Exception {
        JsonNode schema = Json.read(text);

        schema.path("$defs").fieldNames().forEachRemaining(name -> assertThat(schema.toString())
                .contains("\"#/$defs/" + name + "\""));
    }
}
