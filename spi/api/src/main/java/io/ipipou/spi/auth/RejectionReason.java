package io.ipipou.spi.auth;

import java.util.Locale;

/** Why a packet was refused, for counting. Few, whatever the schemes: each is a counter of every peer. */
public enum RejectionReason {
    /** Not of the scheme's form. */
    MALFORMED,
    /** Of the right form, but made with another key, token or secret, or damaged. */
    WRONG_KEY,
    /** It came from another address or port than the file says. */
    WRONG_SOURCE,
    /** Genuine, but its time is too far from this host's. */
    CLOCK_SKEW,
    /** Genuine, but it was accepted before, or is older than one that was. */
    REPLAY,
    /** It cannot be checked: the entry lacks the key for that. */
    NO_KEY,
    /** The scheme threw an exception. */
    FAILED;

    /** As in JSON and logs: {@code wrong-key}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
