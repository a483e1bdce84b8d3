package io.ipipou.core.desired;

import io.ipipou.spi.state.Endpoint;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a peer was when it last proved itself.
 *
 * @param admitted whether its packets are let in now
 * @param remaining how much longer they are; empty for good, or when they are not
 */
public record LearntEndpoint(Endpoint endpoint, boolean admitted, Optional<Duration> remaining) {

    /** An endpoint that is admitted so long from now on; zero for good. */
    public static LearntEndpoint admitted(Endpoint endpoint, Duration lifetime) {
        return new LearntEndpoint(endpoint, true, Optional.of(lifetime).filter(time -> !time.isZero()));
    }

    /** An endpoint whose time has passed: the tunnel stays as it is, and nothing comes through it. */
    public static LearntEndpoint expired(Endpoint endpoint) {
        return new LearntEndpoint(endpoint, false, Optional.empty());
    }
}
