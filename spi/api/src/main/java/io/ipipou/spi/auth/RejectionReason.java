package io.ipipou.spi.auth;

import java.util.Locale;

/** Why a packet was rejected. Every peer has a counter for each, so the list is short and the same for all schemes. */
public enum RejectionReason {
    /** It does not have the scheme's format. */
    MALFORMED,
    /** It has the right format but was made with another key, token or secret, or was damaged. */
    WRONG_KEY,
    /** It came from another address or port than the configured one. */
    WRONG_SOURCE,
    /** It is genuine, but its time differs too much from this host's. */
    CLOCK_SKEW,
    /** It is genuine, but was accepted before or is older than one that was. */
    REPLAY,
    /** It cannot be verified, because the entry has no key for that. */
    NO_KEY,
    /** The scheme threw an exception. */
    FAILED;

    /** The form for JSON and logs: {@code wrong-key}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
