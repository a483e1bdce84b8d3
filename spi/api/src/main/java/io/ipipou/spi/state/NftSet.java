package io.ipipou.spi.state;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A set or map, without its elements.
 *
 * @param data the type of a map's values; empty for a set
 * @param timeouts whether elements can have a timeout ({@code flags timeout})
 * @param meter for a set that packets fill; empty otherwise
 */
public record NftSet(String name, List<NftType> key, Optional<NftType> data, boolean timeouts, Optional<Meter> meter) {

    public NftSet {
        key = List.copyOf(key);
        if (key.isEmpty() || (meter.isPresent() && !timeouts)) {
            throw new IllegalArgumentException("not a valid set: " + name);
        }
    }

    /**
     * Makes a set {@code flags dynamic,timeout}: packets add its elements, which expire.
     *
     * @param size the largest number of elements
     * @param timeout of an element after its last packet, in whole milliseconds
     */
    public record Meter(int size, Duration timeout) {}

    public static NftSet set(String name, NftType... key) {
        return new NftSet(name, List.of(key), Optional.empty(), false, Optional.empty());
    }

    public static NftSet map(String name, boolean timeouts, NftType data, NftType... key) {
        return new NftSet(name, List.of(key), Optional.of(data), timeouts, Optional.empty());
    }

    public static NftSet meter(String name, Meter meter, NftType... key) {
        return new NftSet(name, List.of(key), Optional.empty(), true, Optional.of(meter));
    }

    /** In nft's syntax. */
    @Override
    public String toString() {
        return "type " + key.stream().map(NftType::toString).collect(Collectors.joining(" . "))
                + data.map(type -> " : " + type).orElse("") + ";"
                + (meter.isPresent() ? " flags dynamic,timeout;" : timeouts ? " flags timeout;" : "")
                + meter.map(m ->
                                " size " + m.size() + "; timeout " + m.timeout().toMillis() + "ms;")
                        .orElse("");
    }
}
