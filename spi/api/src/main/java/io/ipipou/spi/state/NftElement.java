package io.ipipou.spi.state;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An element of a set or map of a table of the family {@code ip}. The kernel tells elements of a set apart by their keys.
 *
 * @param data what a map has for the key; empty in a set
 * @param timeout how much longer the kernel keeps it, from now on, positive and in whole milliseconds; empty for good
 */
public record NftElement(
        String table, String set, List<NftValue> key, Optional<NftValue> data, Optional<Duration> timeout)
        implements Resource {

    public static final String KIND = "nft.element";

    public NftElement {
        key = List.copyOf(key);
    }

    /** An element that stays. */
    public static NftElement of(String table, String set, NftValue... key) {
        return new NftElement(table, set, List.of(key), Optional.empty(), Optional.empty());
    }

    /** This element of a map, with its data. */
    public NftElement withData(NftValue value) {
        return new NftElement(table, set, key, Optional.of(value), timeout);
    }

    /** This element, kept so long from now on; empty for good. */
    public NftElement withTimeout(Optional<Duration> time) {
        return new NftElement(table, set, key, data, time);
    }

    /** Whether both say the same but for how long: time passes without anybody changing anything. */
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
