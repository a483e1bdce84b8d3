package io.ipipou.core.desired;

import io.ipipou.spi.state.Endpoint;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a peer last authenticated from.
 *
 * @param admitted whether the gate admits the endpoint
 * @param remaining how much longer it does; empty when it does permanently or not at all
 */
public record LearntEndpoint(Endpoint endpoint, boolean admitted, Optional<Duration> remaining) {

    /** An endpoint that is admitted for the given time; zero means permanently. */
    public static LearntEndpoint admitted(Endpoint endpoint, Duration lifetime) {
        return new LearntEndpoint(endpoint, true, Optional.of(lifetime).filter(time -> !time.isZero()));
    }

    /** An endpoint whose admission has expired: the tunnel stays, but the gate drops its packets. */
    public static LearntEndpoint expired(Endpoint endpoint) {
        return new LearntEndpoint(endpoint, false, Optional.empty());
    }
}
