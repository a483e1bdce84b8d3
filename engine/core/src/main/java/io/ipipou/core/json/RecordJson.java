package io.ipipou.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Public records as JSON and back: an object with a field a component. An implementation of a sealed interface also says
 * which it is, an empty optional is null, a map is an array of pairs, an instant and a duration are as ISO 8601 has them.
 */
public final class RecordJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String WHICH = "is";

    private RecordJson() {}

    public static JsonNode encode(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.isPresent() ? encode(optional.get()) : NODES.nullNode();
        }
        if (value instanceof Collection<?> items) {
            ArrayNode array = NODES.arrayNode();
            items.forEach(item -> array.add(encode(item)));
            return array;
        }
        if (value instanceof Map<?, ?> map) {
            ArrayNode array = NODES.arrayNode();
            map.forEach((key, mapped) ->
                    array.add(NODES.arrayNode().add(encode(key)).add(encode(mapped))));
            return array;
        }
        if (value instanceof Record) {
            return encodeRecord(value);
        }
        if (value instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        }
        if (value instanceof Integer number) {
            return NODES.numberNode(number.intValue());
        }
        if (value instanceof Long number) {
            return NODES.numberNode(number.longValue());
        }
        return NODES.textNode(value instanceof Enum<?> constant ? constant.name() : value.toString());
    }

    private static JsonNode encodeRecord(Object value) {
        ObjectNode object = NODES.objectNode();
        if (Arrays.stream(value.getClass().getInterfaces()).anyMatch(Class::isSealed)) {
            object.put(WHICH, value.getClass().getSimpleName());
        }
        try {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                object.set(component.getName(), encode(component.getAccessor().invoke(value)));
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(value.getClass() + " is no public record", e);
        }
        return object;
    }

    /** @throws IOException if the JSON is not what {@link #encode} makes of such a value */
    public static <T> T decode(JsonNode node, Class<T> type) throws IOException {
        try {
            return type.cast(value(node, type));
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IOException("not a " + type.getSimpleName() + " as this version writes it", e);
        }
    }

    private static Object value(JsonNode node, Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            return container(node, (Class<?>) generic.getRawType(), generic.getActualTypeArguments());
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isSealed()) {
            String which = node.required(WHICH).textValue();
            return record(
                    node,
                    Arrays.stream(plain.getPermittedSubclasses())
                            .filter(candidate -> candidate.getSimpleName().equals(which))
                            .findFirst()
                            .orElseThrow());
        }
        if (plain.isRecord()) {
            return record(node, plain);
        }
        if (plain.isEnum()) {
            return Arrays.stream(plain.getEnumConstants())
                    .filter(constant -> ((Enum<?>) constant).name().equals(node.textValue()))
                    .findFirst()
                    .orElseThrow();
        }
        if (plain == int.class && node.isInt()) {
            return node.intValue();
        }
        if (plain == long.class && node.isIntegralNumber()) {
            return node.longValue();
        }
        if (plain == boolean.class && node.isBoolean()) {
            return node.booleanValue();
        }
        if (plain == Duration.class) {
            return Duration.parse(node.textValue());
        }
        if (plain == Instant.class) {
            return Instant.parse(node.textValue());
        }
        if (plain == String.class && node.isTextual()) {
            return node.textValue();
        }
        throw new IllegalArgumentException("no " + plain + ": " + node);
    }

    private static Object container(JsonNode node, Class<?> raw, Type[] of) throws ReflectiveOperationException {
        if (raw == Optional.class) {
            return node.isNull() ? Optional.empty() : Optional.of(value(node, of[0]));
        }
        if (!node.isArray()) {
            throw new IllegalArgumentException("not an array: " + node);
        }
        if (raw == Map.class) {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (JsonNode pair : node) {
                map.put(value(pair.required(0), of[0]), value(pair.required(1), of[1]));
            }
            return map;
        }
        List<Object> items = new ArrayList<>();
        for (JsonNode item : node) {
            items.add(value(item, of[0]));
        }
        return raw == Set.class ? new LinkedHashSet<>(items) : items;
    }

    private static Object record(JsonNode node, Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(node.required(components[i].getName()), components[i].getGenericType());
        }
        Constructor<?> constructor = type.getConstructor(types);
        return constructor.newInstance(values);
    }
}
