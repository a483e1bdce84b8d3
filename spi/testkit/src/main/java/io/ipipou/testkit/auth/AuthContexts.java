package io.ipipou.testkit.auth;

import io.ipipou.spi.auth.AuthContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;

/** Contexts that make the same packets in every run. */
public final class AuthContexts {

    private AuthContexts() {}

    /** The clock stands still; equal seeds give equal chance. */
    public static AuthContext at(Instant time, long seed) {
        return new AuthContext(Clock.fixed(time, ZoneOffset.UTC), new Random(seed));
    }
}
