package io.ipipou.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TreeTraversingParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON without Jackson's ObjectMapper, whose loading takes a sixth of a command's start-up time. */
public final class Json {

    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Json() {}

    /**
     * Reads exactly one value.
     *
     * @throws JsonProcessingException if the text is not JSON; its message quotes the text
     */
    public static JsonNode read(String text) throws JsonProcessingException {
        try (JsonParser parser = JSON.createParser(text)) {
            return whole(parser);
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) { // cannot happen: only the text is read
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads exactly one value.
     *
     * @throws IOException if the stream cannot be read or is not JSON
     */
    public static JsonNode read(InputStream in) throws IOException {
        try (JsonParser parser = JSON.createParser(in)) {
            return whole(parser);
        }
    }

    private static JsonNode whole(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            throw new JsonParseException(parser, "the document is empty");
        }
        JsonNode value = value(parser);
        if (parser.nextToken() != null) {
            throw new JsonParseException(parser, "the document continues after its value");
        }
        return value;
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                    parser.nextToken();
                    object.set(key, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT -> number(parser.getNumberValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new JsonParseException(parser, "expected a value");
        };
    }

    private static JsonNode number(Number number) {
        if (number instanceof Integer whole) {
            return NODES.numberNode(whole.intValue());
        }
        return number instanceof Long whole
                ? NODES.numberNode(whole.longValue())
                : NODES.numberNode(new BigInteger(number.toString()));
    }

    /**
     * @param document maps, collections, numbers, booleans, nulls and nodes; anything else becomes its toString as text
     */
    public static JsonNode tree(@Nullable Object document) {
        if (document instanceof JsonNode node) {
            return node;
        }
        if (document instanceof Map<?, ?> map) {
            ObjectNode object = NODES.objectNode();
            map.forEach((key, value) -> object.set(String.valueOf(key), tree(value)));
            return object;
        }
        if (document instanceof Collection<?> items) {
            ArrayNode array = NODES.arrayNode();
            items.forEach(item -> array.add(tree(item)));
            return array;
        }
        if (document instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        }
        if (document instanceof Double number) {
            return NODES.numberNode(number.doubleValue());
        }
        if (document instanceof Number number) {
            return number(number);
        }
        return document == null ? NODES.nullNode() : NODES.textNode(document.toString());
    }

    /** On one line, without a newline at its end. */
    public static String line(Object document) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(out)) {
            write(generator, tree(document));
        } catch (IOException e) { // cannot happen: writes to a string
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** Indented, with a newline at the end. */
    public static String pretty(Object document) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(out)) {
            generator.setPrettyPrinter(new DefaultPrettyPrinter(
                    Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER)));
            write(generator, tree(document));
        } catch (IOException e) { // cannot happen: writes to a string
            throw new UncheckedIOException(e);
        }
        return out + "\n";
    }

    private static void write(JsonGenerator generator, JsonNode node) throws IOException {
        try (JsonParser parser = new TreeTraversingParser(node)) {
            parser.nextToken();
            generator.copyCurrentStructure(parser);
        }
    }
}
