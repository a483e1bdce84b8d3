package io.ipipou.core.source;

import java.util.List;

/**
 * Why a revision was rejected.
 *
 * @param reason for the operator, one or more lines
 */
public record Rejection(Kind kind, String reason) {

    public enum Kind {
        /** The revision does not meet the {@link SourcePolicy}. */
        POLICY,
        /** The file has errors. */
        CONFIGURATION,
        /** The file does not fit this host, or the kernel refused a write. */
        HOST,
        /** The agent must be restarted for it. */
        RESTART
    }

    static Rejection of(Kind kind, List<String> lines) {
        return new Rejection(kind, String.join("\n", lines));
    }
}
