package io.ipipou.spi.config;

/** When a setting must be given. */
public enum Requirement {
    NEVER,
    /** When this host authenticates with the entry: it belongs to the peer of a client tunnel. */
    TO_AUTHENTICATE,
    /** When this host verifies authentication packets with the entry: it belongs to the peer of a server tunnel. */
    TO_VERIFY,
    ALWAYS
}
