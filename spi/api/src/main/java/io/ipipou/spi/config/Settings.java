package io.ipipou.spi.config;

import io.ipipou.spi.state.Ipv4;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The values of a plugin's {@link Setting}s, converted to the declared types. A getter returns empty for a setting that
 * was not given, and throws {@link IllegalArgumentException} for one that was declared with another type. Immutable.
 */
public final class Settings {

    private final Map<String, Object> values;

    /** @param values by setting name: String, Secret, Bytes, Ipv4, Integer, Duration or Boolean */
    public Settings(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** The names of the settings that were given. */
    public Set<String> names() {
        return values.keySet();
    }

    public Optional<String> text(String name) {
        return get(name, String.class);
    }

    /** The value of either secret type; for {@link SettingType#SECRET_BASE64} the decoded bytes. */
    public Optional<Secret> secret(String name) {
        return get(name, Secret.class);
    }

    /** The decoded bytes. */
    public Optional<byte[]> base64(String name) {
        return get(name, Bytes.class).map(Bytes::bytes);
    }

    public Optional<Ipv4> ipv4(String name) {
        return get(name, Ipv4.class);
    }

    public Optional<Integer> port(String name) {
        return get(name, Integer.class);
    }

    public Optional<Duration> duration(String name) {
        return get(name, Duration.class);
    }

    public Optional<Boolean> flag(String name) {
        return get(name, Boolean.class);
    }

    private <T> Optional<T> get(String name, Class<T> type) {
        Object value = values.get(name);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException("setting " + name + " is not a " + type.getSimpleName());
        }
        return Optional.ofNullable(value).map(type::cast);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings settings && values.equals(settings.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The names only, since values can be secret. */
    @Override
    public String toString() {
        return "Settings" + values.keySet();
    }

    /** Bytes that can be printed, as an immutable value. */
    public static final class Bytes {
        private final byte[] bytes;

        public Bytes(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }
}
