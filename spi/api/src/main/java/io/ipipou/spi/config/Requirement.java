package io.ipipou.spi.config;

/** When a setting has to be given. */
public enum Requirement {
    /** It may always be left out. */
    NEVER,
    /** Where this host proves itself with the entry: the peer of a client tunnel. */
    TO_AUTHENTICATE,
    /** Where this host checks proofs with the entry: the peer of a server tunnel. */
    TO_VERIFY,
    ALWAYS
}
