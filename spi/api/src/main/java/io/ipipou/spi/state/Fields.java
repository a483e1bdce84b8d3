package io.ipipou.spi.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds the ordered map of {@link Resource#fields()}. */
final class Fields {

    private final Map<String, Object> values = new LinkedHashMap<>();

    Fields text(String name, Object value) {
        values.put(name, value.toString());
        return this;
    }

    Fields flag(String name, boolean value) {
        values.put(name, value);
        return this;
    }

    Fields number(String name, long value) {
        values.put(name, value);
        return this;
    }

    Map<String, Object> build() {
        return Collections.unmodifiableMap(values);
    }
}
