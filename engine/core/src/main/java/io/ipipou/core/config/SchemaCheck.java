package io.ipipou.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.Keyword;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.ValidatorTypeCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Holds a file against the schema. */
final class SchemaCheck {

    /**
     * A place where the file breaks the schema.
     *
     * @param at what the keyword was applied to
     * @param keyword of JSON Schema
     * @param rule what the schema says under it
     * @param property the key that should be there, or should not; empty for other keywords
     */
    record Violation(Value at, String keyword, JsonNode rule, String property) {}

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    /** What the schema uses. The library's own list would load formats, and classes that are left out of the build. */
    static final List<Keyword> KEYWORDS = List.of(
            ValidatorTypeCode.ADDITIONAL_PROPERTIES,
            ValidatorTypeCode.ALL_OF,
            ValidatorTypeCode.CONST,
            new EnumKeyword(),
            ValidatorTypeCode.IF_THEN_ELSE,
            ValidatorTypeCode.ITEMS_202012,
            ValidatorTypeCode.MAX_PROPERTIES,
            ValidatorTypeCode.MAXIMUM,
            ValidatorTypeCode.MIN_LENGTH,
            ValidatorTypeCode.MIN_PROPERTIES,
            ValidatorTypeCode.MINIMUM,
            ValidatorTypeCode.ONE_OF,
            ValidatorTypeCode.PATTERN,
            ValidatorTypeCode.PROPERTIES,
            ValidatorTypeCode.PROPERTYNAMES,
            ValidatorTypeCode.REF,
            ValidatorTypeCode.REQUIRED,
            ValidatorTypeCode.TYPE);

    private static final Set<String> SECTIONS = Set.of("auth", "peers", "tunnels");
    private static final Set<String> REQUIRED = Set.of("apiVersion", "tunnels");

    /** Of a section, that are checked at once. */
    private static final int MAX_ENTRIES = 500;

    private final JsonSchema schema;

    SchemaCheck(ConfigSchema schema) {
        JsonMetaSchema dialect = JsonMetaSchema.builder(DIALECT)
                .specification(SpecVersion.VersionFlag.V202012)
                .idKeyword("$id")
                .keywords(KEYWORDS)
                .unknownKeywordFactory((keyword, context) -> new NonValidationKeyword(keyword))
                .build();
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().preloadJsonSchema(false).build();
        this.schema = JsonSchemaFactory.builder()
                .defaultMetaSchemaIri(DIALECT)
                .metaSchema(dialect)
                .build()
                .getSchema(schema.root(), config);
    }

    /**
     * Cuts a file with many entries in its sections into files with some of them, which break the schema where it does:
     * the validator takes kilobytes for each message and knows no limit.
     */
    static List<Node> parts(Node root) {
        if (!(root instanceof Node.Mapping whole)) {
            return List.of(root);
        }
        int largest = whole.entries().values().stream()
                .mapToInt(entry -> entry.value() instanceof Node.Mapping section
                        ? section.entries().size()
                        : 0)
                .max()
                .orElse(0);
        return IntStream.rangeClosed(0, (largest - 1) / MAX_ENTRIES)
                .mapToObj(part -> part(whole, part * MAX_ENTRIES))
                .toList();
    }

    /** The root's own keys are in the first part; after it, what the schema requires and the next entries. */
    private static Node part(Node.Mapping whole, int from) {
        Map<String, Node.Entry> kept = new LinkedHashMap<>();
        whole.entries().forEach((key, entry) -> {
            boolean section = entry.value() instanceof Node.Mapping && SECTIONS.contains(key);
            if (from == 0 || section || REQUIRED.contains(key)) {
                kept.put(key, section ? slice(entry, from) : entry);
            }
        });
        return new Node.Mapping(whole.position(), kept);
    }

    private static Node.Entry slice(Node.Entry section, int from) {
        Map<String, Node.Entry> kept = new LinkedHashMap<>();
        ((Node.Mapping) section.value())
                .entries().entrySet().stream()
                        .skip(from)
                        .limit(MAX_ENTRIES)
                        .forEach(entry -> kept.put(entry.getKey(), entry.getValue()));
        return new Node.Entry(section.key(), new Node.Mapping(section.key(), kept));
    }

    /** What breaks the schema in a part of the file. */
    List<Violation> violations(Value root, Node part) {
        List<Violation> violations = new ArrayList<>();
        for (ValidationMessage message : schema.validate(NodeJson.of(part))) {
            violations.add(new Violation(
                    locate(root, message.getInstanceLocation()),
                    message.getEvaluationPath().toString().contains("/oneOf/") ? "oneOf" : message.getType(),
                    message.getSchemaNode(),
                    Optional.ofNullable(message.getProperty()).orElse("")));
        }
        return violations;
    }

    private static Value locate(Value root, JsonNodePath path) {
        Value value = root;
        for (int i = 0; i < path.getNameCount(); i++) {
            Object step = path.getElement(i);
            value = step instanceof Integer index
                    ? value.item(index)
                    : value.get(step.toString()).orElseThrow();
        }
        return value;
    }
}
