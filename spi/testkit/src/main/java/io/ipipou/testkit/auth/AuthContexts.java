package io.ipipou.testkit.auth;

import io.ipipou.spi.auth.AuthContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;

/** Contexts with a fixed clock and reproducible randomness. */
public final class AuthContexts {

    private AuthContexts() {}

    /** A context whose clock always returns {@code time}; equal seeds give equal random numbers. */
    public static AuthContext at(Instant time, long seed) {
        return new AuthContext(Clock.fixed(time, ZoneOffset.UTC), new Random(seed));
    }
}
