package io.ipipou.core.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the two ends of a tunnel come to know each other. */
public enum Mode {
    /** Waits for the peer to authenticate, unless the peer's endpoint is fixed. */
    SERVER,
    /** Authenticates to the peer, whose endpoint is known. */
    CLIENT,
    /** Both endpoints are known and nobody authenticates. */
    STATIC;

    static Optional<Mode> parse(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.toString().equals(text))
                .findFirst();
    }

    /** As in the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
