package io.ipipou.core.plan;

import io.ipipou.core.desired.Obstacle;
import io.ipipou.spi.state.Resource;

/**
 * An object that ipipou does not manage, or a limit of the backend, that is in the way of a desired resource.
 *
 * @param resource the desired one
 */
public record Conflict(Resource resource, Obstacle obstacle) {

    Conflict(Resource resource, String obstacle, String remedy) {
        this(resource, new Obstacle(obstacle, remedy));
    }
}
