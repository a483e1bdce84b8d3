package io.ipipou.core.desired;

/**
 * What is in the way of something that the file asks for.
 *
 * @param description what this host has or lacks, a clause without a full stop
 * @param remedy what the operator can do about it; empty where that is plain
 */
public record Obstacle(String description, String remedy) {

    /** {@code UDP port 10000 is held by another program (find it with: ss -uanp sport = :10000)}. */
    @Override
    public String toString() {
        return remedy.isEmpty() ? description : description + " (" + remedy + ")";
    }
}
