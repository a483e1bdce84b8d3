package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ports;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One object of what {@code ip} printed. Every accessor throws {@link BackendException} when the member is of another
 * type than it should be, and when it is missing unless it returns an Optional.
 *
 * @param members String, Boolean, BigInteger, JsonObject or List of these, by name
 */
record JsonObject(Map<String, Object> members) {

    static final JsonObject EMPTY = new JsonObject(Map.of());

    JsonObject {
        members = Map.copyOf(members);
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    Optional<String> text(String name) throws BackendException {
        return member(name, String.class);
    }

    String requiredText(String name) throws BackendException {
        return text(name).orElseThrow(() -> wrong(name));
    }

    boolean flag(String name) throws BackendException {
        return member(name, Boolean.class).orElse(false);
    }

    /** A number; {@code ip} prints some as strings, those that have names in decimal and masks in hexadecimal. */
    Optional<BigInteger> number(String name) throws BackendException {
        Object value = members.get(name);
        if (!(value instanceof String text)) {
            return member(name, BigInteger.class);
        }
        try {
            return Optional.of(BigInteger.valueOf(Long.decode(text)));
        } catch (NumberFormatException e) {
            throw wrong(name);
        }
    }

    /** A number between two bounds, both inclusive. */
    int requiredInt(String name, int min, int max) throws BackendException {
        BigInteger value = number(name).orElseThrow(() -> wrong(name));
        if (value.compareTo(BigInteger.valueOf(min)) < 0 || value.compareTo(BigInteger.valueOf(max)) > 0) {
            throw wrong(name);
        }
        return value.intValue();
    }

    int requiredInt(String name) throws BackendException {
        return requiredInt(name, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    int port(String name) throws BackendException {
        return requiredInt(name, Ports.MIN, Ports.MAX);
    }

    /** An unsigned 64-bit count. */
    long count(String name) throws BackendException {
        BigInteger value = number(name).orElseThrow(() -> wrong(name));
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw wrong(name);
        }
        return value.longValue();
    }

    /** An address; {@code any} and a missing one are 0.0.0.0. */
    Ipv4 addressOrAny(String name) throws BackendException {
        String text = text(name).orElse("any");
        return text.equals("any") ? Ipv4.ANY : Ipv4.parse(text).orElseThrow(() -> wrong(name));
    }

    Ipv4 address(String name) throws BackendException {
        return Ipv4.parse(requiredText(name)).orElseThrow(() -> wrong(name));
    }

    Optional<JsonObject> object(String name) throws BackendException {
        return member(name, JsonObject.class);
    }

    /** A list of objects; a missing one is empty. */
    List<JsonObject> objects(String name) throws BackendException {
        return elements(name, JsonObject.class);
    }

    /** A list of strings; a missing one is empty. */
    List<String> texts(String name) throws BackendException {
        return elements(name, String.class);
    }

    private <T> List<T> elements(String name, Class<T> type) throws BackendException {
        List<?> list = member(name, List.class).orElse(List.of());
        if (!list.stream().allMatch(type::isInstance)) {
            throw wrong(name);
        }
        return list.stream().map(type::cast).toList();
    }

    private <T> Optional<T> member(String name, Class<T> type) throws BackendException {
        Object value = members.get(name);
        if (value != null && !type.isInstance(value)) {
            throw wrong(name);
        }
        return Optional.ofNullable(value).map(type::cast);
    }

    /** What to throw when a member is not as it should be. */
    BackendException wrong(String name) {
        return new BackendException("ip printed a " + name + " that cannot be: " + members);
    }
}
