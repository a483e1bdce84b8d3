package io.ipipou.spi.state;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A set, or with data a map, without its elements.
 *
 * @param data what keys are mapped to, empty for a set
 * @param timeouts whether elements may time out ({@code flags timeout})
 * @param meter for a set that packets fill: how many elements at most, and how long each stays; empty else
 */
public record NftSet(String name, List<NftType> key, Optional<NftType> data, boolean timeouts, Optional<Meter> meter) {

    public NftSet {
        key = List.copyOf(key);
        if (key.isEmpty() || (meter.isPresent() && !timeouts)) {
            throw new IllegalArgumentException("not a set we can make: " + name);
        }
    }

    /**
     * Of a set with {@code flags dynamic,timeout}, whose elements packets make and time takes away.
     *
     * @param size how many elements at most
     * @param timeout how long one stays after its last packet; whole milliseconds
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

    /** As in nft's language. */
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
