package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ports;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One JSON object of {@code ip}'s output. Every accessor throws {@link BackendException} if the member has the wrong type,
 * or if it is missing and the accessor does not return an Optional.
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
        return text(name).orElseThrow(() -> invalid(name));
    }

    boolean flag(String name) throws BackendException {
        return member(name, Boolean.class).orElse(false);
    }

    /** A number; {@code ip} prints some as strings: decimal those that can have names, hexadecimal masks. */
    Optional<BigInteger> number(String name) throws BackendException {
        Object value = members.get(name);
        if (!(value instanceof String text)) {
            return member(name, BigInteger.class);
        }
        try {
            return Optional.of(BigInteger.valueOf(Long.decode(text)));
        } catch (NumberFormatException e) {
            throw invalid(name);
        }
    }

    /** A number within inclusive bounds. */
    int requiredInt(String name, int min, int max) throws BackendException {
        BigInteger value = number(name).orElseThrow(() -> invalid(name));
        if (value.compareTo(BigInteger.valueOf(min)) < 0 || value.compareTo(BigInteger.valueOf(max)) > 0) {
            throw invalid(name);
        }
        return value.intValue();
    }

    int requiredInt(String name) throws BackendException {
        return requiredInt(name, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    int port(String name) throws BackendException {
        return requiredInt(name, Ports.MIN, Ports.MAX);
    }

    /** An unsigned 64-bit counter. */
    long count(String name) throws BackendException {
        BigInteger value = number(name).orElseThrow(() -> invalid(name));
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw invalid(name);
        }
        return value.longValue();
    }

    /** An address; 0.0.0.0 if it is {@code any} or missing. */
    Ipv4 addressOrAny(String name) throws BackendException {
        String text = text(name).orElse("any");
        return text.equals("any") ? Ipv4.ANY : Ipv4.parse(text).orElseThrow(() -> invalid(name));
    }

    Ipv4 address(String name) throws BackendException {
        return Ipv4.parse(requiredText(name)).orElseThrow(() -> invalid(name));
    }

    Optional<JsonObject> object(String name) throws BackendException {
        return member(name, JsonObject.class);
    }

    /** A list of objects; empty if it is missing. */
    List<JsonObject> objects(String name) throws BackendException {
        return elements(name, JsonObject.class);
    }

    /** A list of strings; empty if it is missing. */
    List<String> texts(String name) throws BackendException {
        return elements(name, String.class);
    }

    private <T> List<T> elements(String name, Class<T> type) throws BackendException {
        List<?> list = member(name, List.class).orElse(List.of());
        if (!list.stream().allMatch(type::isInstance)) {
            throw invalid(name);
        }
        return list.stream().map(type::cast).toList();
    }

    private <T> Optional<T> member(String name, Class<T> type) throws BackendException {
        Object value = members.get(name);
        if (value != null && !type.isInstance(value)) {
            throw invalid(name);
        }
        return Optional.ofNullable(value).map(type::cast);
    }

    /** The exception for a member with an invalid value. */
    BackendException invalid(String name) {
        return new BackendException("the output of ip has an invalid or missing '" + name + "': " + members);
    }
}
