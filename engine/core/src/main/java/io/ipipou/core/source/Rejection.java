package io.ipipou.core.source;

import java.util.List;

/**
 * Why a revision is not put in force.
 *
 * @param reason for the operator, a line or more
 */
public record Rejection(Kind kind, String reason) {

    /** What it was that objected. */
    public enum Kind {
        /** What this host demands of a revision: a signature, a descent. */
        POLICY,
        /** Its file has mistakes. */
        CONFIGURATION,
        /** The file does not fit this host, or the kernel refused it. */
        HOST,
        /** A running agent cannot take to it, another that starts can. */
        RESTART
    }

    static Rejection of(Kind kind, List<String> lines) {
        return new Rejection(kind, String.join("\n", lines));
    }
}
