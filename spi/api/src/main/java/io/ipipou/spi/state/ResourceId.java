package io.ipipou.spi.state;

/**
 * A resource's address in a plan, {@code KIND.NAME}: {@code tunnel.ipipou0}, {@code listener.0.0.0.0:10000}.
 *
 * @param kind such as {@code listener}, {@code tunnel}, {@code address} or {@code route}
 * @param name unique among the desired resources of this kind
 */
public record ResourceId(String kind, String name) {
    @Override
    public String toString() {
        return kind + "." + name;
    }
}
