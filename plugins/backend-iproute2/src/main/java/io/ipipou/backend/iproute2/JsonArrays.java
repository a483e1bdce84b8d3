package io.ipipou.backend.iproute2;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses the output of {@code ip -json -batch}: one array of objects for each {@code show} line. */
final class JsonArrays {

    /** The members that the backend reads. The rest, most of a dump, is skipped. */
    private static final Set<String> WANTED = Set.of(
            ("ifname mtu flags group ifalias linkinfo info_kind info_data local remote link ttl tos pmtudisc encap type"
                            + " sport dport csum addr_info family address prefixlen label dst dev gateway prefsrc metric protocol"
                            + " port ipproto gue peer peer_port scope secondary altnames table stats64 rx tx packets bytes errors dropped")
                    .split(" "));

    /** {@code ip} does not escape control characters in names and aliases; some versions escape an apostrophe. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            .build();

    private JsonArrays() {}

    static List<List<JsonObject>> read(String text) throws BackendException {
        List<List<JsonObject>> arrays = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(text)) {
            while (parser.nextToken() != null) {
                if (!(value(parser) instanceof List<?> list)) {
                    throw new BackendException("the output of ip is not a list of objects");
                }
                arrays.add(objects(list));
            }
            return arrays;
        } catch (IOException e) {
            throw new BackendException("the output of ip is not valid JSON: " + e.getMessage(), e);
        }
    }

    private static List<JsonObject> objects(List<?> list) throws BackendException {
        List<JsonObject> objects = new ArrayList<>(list.size());
        for (Object element : list) {
            if (!(element instanceof JsonObject object)) {
                throw new BackendException("the output of ip is not a list of objects");
            }
            objects.add(object);
        }
        return objects;
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_ARRAY -> array(parser);
            case START_OBJECT -> object(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NULL -> "";
            default -> parser.getText();
        };
    }

    private static BigInteger integer(JsonParser parser) throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? parser.getBigIntegerValue()
                : BigInteger.valueOf(parser.getLongValue());
    }

    private static List<Object> array(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        while (next(parser) != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return elements;
    }

    /** Of members with the same name the first counts: a route over MPLS has its labels in a second {@code dst}. */
    private static JsonObject object(JsonParser parser) throws IOException {
        Map<String, Object> members = new HashMap<>();
        while (next(parser) != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            next(parser);
            if (WANTED.contains(name)) {
                members.putIfAbsent(name, value(parser));
            } else {
                parser.skipChildren();
            }
        }
        return new JsonObject(members);
    }

    private static JsonToken next(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new IOException("unexpected end of output");
        }
        return token;
    }
}
