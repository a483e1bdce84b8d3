package io.ipipou.spi.state;

/**
 * A resource's address as plans print it, {@code KIND.NAME}: {@code tunnel.ipipou0}, {@code listener.0.0.0.0:10000}.
 *
 * @param kind the kind of object: {@code listener}, {@code tunnel}, {@code address}, {@code route}, ...
 * @param name unique among the desired resources of the kind
 */
public record ResourceId(String kind, String name) {
    @Override
    public String toString() {
        return kind + "." + name;
    }
}
