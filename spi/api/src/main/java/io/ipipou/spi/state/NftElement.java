package io.ipipou.spi.state;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An element of a set or map. No two elements of a set have the same key.
 *
 * @param data the value of a map's element; empty in a set
 * @param timeout how much longer the kernel keeps it, positive and in whole milliseconds; empty for permanently
 */
public record NftElement(
        String table, String set, List<NftValue> key, Optional<NftValue> data, Optional<Duration> timeout)
        implements Resource {

    public static final String KIND = "nft.element";

    public NftElement {
        key = List.copyOf(key);
    }

    /** A permanent element of a set. */
    public static NftElement of(String table, String set, NftValue... key) {
        return new NftElement(table, set, List.of(key), Optional.empty(), Optional.empty());
    }

    /** This element with the value of a map. */
    public NftElement withData(NftValue value) {
        return new NftElement(table, set, key, Optional.of(value), timeout);
    }

    /** This element with another timeout; empty for permanently. */
    public NftElement withTimeout(Optional<Duration> time) {
        return new NftElement(table, set, key, data, time);
    }

    /** Whether the elements differ at most in the time left, which passes without a change. */
    public boolean equalsIgnoringTimeout(NftElement other) {
        return withTimeout(other.timeout).equals(other) && timeout.isPresent() == other.timeout.isPresent();
    }

    @Override
    public ResourceId id() {
        return new ResourceId(
                KIND,
                table + "." + set + "." + key.stream().map(NftValue::toString).collect(Collectors.joining(":")));
    }

    @Override
    public Map<String, Object> fields() {
        return new Fields()
                .text("data", data.map(NftValue::toString).orElse("none"))
                .text("timeout", timeout.isPresent() ? "yes" : "never")
                .build();
    }

    @Override
    public String summary() {
        return data.map(value -> ": " + value).orElse("")
                + timeout.map(time -> " timeout " + time.toSeconds() + "s").orElse("");
    }
}
