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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Public records as JSON and back: an object with one field per component, named by {@link StoredNames}. An
 * implementation of a sealed interface has a field {@code is} with its kind. An empty optional is null, a map an array
 * of pairs, an instant or duration text as in ISO 8601. Immutable; safe for use by several threads.
 */
public final class RecordJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String KIND = "is";

    private final StoredNames names;

    public RecordJson(StoredNames names) {
        this.names = names;
    }

    StoredNames names() {
        return names;
    }

    public JsonNode encode(Object value) {
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
        return NODES.textNode(value instanceof Enum<?> constant ? names.ofConstant(constant) : value.toString());
    }

    private JsonNode encodeRecord(Object value) {
        ObjectNode object = NODES.objectNode();
        names.kind(value.getClass()).ifPresent(kind -> object.put(KIND, kind));
        Iterator<String> stored = names.of(value.getClass()).iterator();
        try {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                String name = stored.next();
                Object part = component.getAccessor().invoke(value);
                if (!names.absent(value.getClass(), name).filter(part::equals).isPresent()) {
                    object.set(name, encode(part));
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(value.getClass() + " is not a public record", e);
        }
        return object;
    }

    /** @throws IOException if the JSON is not what {@link #encode} writes for such a record */
    public <T> T decode(JsonNode node, Class<T> type) throws IOException {
        try {
            return type.cast(value(node, type));
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IOException("it is not in the format that this version writes", e);
        }
    }

    private Object value(JsonNode node, Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            return container(node, (Class<?>) generic.getRawType(), generic.getActualTypeArguments());
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isSealed()) {
            Optional<String> kind = Optional.of(node.required(KIND)).map(JsonNode::textValue);
            return record(
                    node,
                    Arrays.stream(plain.getPermittedSubclasses())
                            .filter(candidate -> names.kind(candidate).equals(kind))
                            .findFirst()
                            .orElseThrow());
        }
        if (plain.isRecord()) {
            return record(node, plain);
        }
        if (plain.isEnum()) {
            return names.constant(plain, node.textValue());
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

    private Object container(JsonNode node, Class<?> raw, Type[] of) throws ReflectiveOperationException {
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

    private Object record(JsonNode node, Class<?> type) throws ReflectiveOperationException {
        List<String> stored = names.of(type);
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            Optional<Object> absent = names.absent(type, stored.get(i));
            values[i] = absent.isPresent() && !node.has(stored.get(i))
                    ? absent.get()
                    : value(node.required(stored.get(i)), components[i].getGenericType());
        }
        Constructor<?> constructor = type.getConstructor(types);
        return constructor.newInstance(values);
    }
}
