package io.ipipou.core.plan;

import io.ipipou.spi.state.ResourceId;

/**
 * An object that ipipou does not manage and that is in the way of a desired resource. A plan with conflicts is not
 * applied.
 *
 * @param obstacle what is in the way
 * @param remedy what the operator can do about it
 */
public record Conflict(ResourceId resource, String obstacle, String remedy) {
    @Override
    public String toString() {
        return resource + ": " + obstacle + " (" + remedy + ")";
    }
}
