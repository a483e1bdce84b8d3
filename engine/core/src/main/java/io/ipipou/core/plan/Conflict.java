package io.ipipou.core.plan;

import io.ipipou.spi.state.ResourceId;

/**
 * Something foreign in the way of a desired resource. It is never touched; a plan with conflicts is not applied.
 *
 * @param obstacle what stands there
 * @param remedy what the operator can do
 */
public record Conflict(ResourceId resource, String obstacle, String remedy) {
    @Override
    public String toString() {
        return resource + ": " + obstacle + " (" + remedy + ")";
    }
}
