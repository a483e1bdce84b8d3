package io.ipipou.core.desired;

import io.ipipou.core.config.Position;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.ResourceId;
import java.util.Optional;

/**
 * Something that the file asks for and this host cannot have now. What it already has of it in the kernel stays.
 *
 * @param resource a tunnel, or only a route of one
 * @param position of the tunnel in the file; empty for what the file does not name
 */
public record Deferral(ResourceId resource, Obstacle obstacle, Optional<Position> position) {

    /** The obstacle, with the remedy in parentheses. */
    public String reason() {
        return obstacle.toString();
    }

    static Deferral of(Tunnel tunnel, Obstacle obstacle) {
        return new Deferral(
                new ResourceId(IpipLink.KIND, tunnel.name().value()), obstacle, Optional.of(tunnel.position()));
    }

    /** {@code tunnel.lte0: device wwan0 does not exist}. */
    @Override
    public String toString() {
        return resource + ": " + obstacle;
    }
}
