package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.ipipou.core.json.Json;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Holds that the reader, and a validator that knows the generated schema alone, find the same documents valid. */
final class SchemaAgreement {

    private static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(ConfigSchema.of(BuiltIns.PLUGINS).text());

    /** The mistakes that the reader finds and JSON Schema cannot express, by their messages. */
    private static final Pattern BEYOND = Pattern.compile(String.join(
            "|",
            // what a tunnel and its defaults have together, and what the uses of an auth entry ask for
            "^(tunnels\\.|defaults).*: .* is missing",
            "^auth\\..*: .* is missing: ",
            // what refers to another place of the file, and what two places are together
            "is not defined in (auth|peers)",
            "is already used by ",
            "is already routed by ",
            "is already an address of this tunnel",
            "is the inner address of the peer of",
            " contains .*, so outer packets would be routed into the tunnel itself",
            "is not a routing table of this host",
            "is (not )?in settings\\.aliasRange",
            "has the same device, local address and remote address as",
            "authenticate in the same way",
            "is this host's own inner address",
            "^tunnels\\..*\\.peer: peer .* has (no|neither)",
            // what takes arithmetic, or would take a pattern that nobody can read
            "has host bits set",
            "cannot be the address of",
            "has no valid DNS name or IPv4 address before the port",
            "has no port from 1 to 65535",
            "has [0-9]+ bytes; an interface name",
            "is not an interface name",
            "is reserved by the kernel",
            "Base64: is not base64",
            // what depends on the host
            "^auth\\..*(there is no file|is not a regular file|environment variable .* is not set|is sealed|with the key)",
            "^: the file has more than 1000 mistakes"));

    private SchemaAgreement() {}

    static void check(ConfigReader reader, Source source) {
        Problems yaml = new Problems();
        Node root;
        try {
            root = YamlReader.read(SourceText.decode(source, yaml), yaml);
            yaml.throwIfAny();
        } catch (ConfigException e) {
            return; // this is not JSON
        }
        Set<ValidationMessage> violations = SCHEMA.validate(Json.tree(ConfigSchema.json(root)));
        List<String> mistakes = mistakes(reader, source);

        if (violations.isEmpty()) {
            assertThat(mistakes).as("mistakes that JSON Schema could tell").allMatch(mistake -> BEYOND.matcher(mistake)
                    .find());
        } else {
            assertThat(mistakes).as("mistakes like %s", violations).isNotEmpty();
        }
    }

    private static List<String> mistakes(ConfigReader reader, Source source) {
        try {
            reader.read(source);
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream()
                    .map(problem -> problem.path() + ": " + problem.message())
                    .toList();
        }
    }
}
