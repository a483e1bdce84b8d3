package io.ipipou.core.config;

import java.util.Locale;

/** How the two ends of a tunnel learn of each other. */
public enum Mode {
    /** Waits for the peer to authenticate, unless the peer's endpoint is fixed. */
    SERVER,
    /** Authenticates to the peer, whose endpoint is known. */
    CLIENT,
    /** Both endpoints are known and nobody authenticates. */
    STATIC;

    /** As in the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
