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
        /** The host could not be brought to it. This can pass, so the next sync tries it again. */
        HOST,
        /** The agent must be restarted for it. */
        RESTART,
        /** It was applied and not confirmed. */
        ROLLED_BACK
    }

    /** Whether it holds until the ref moves. */
    public boolean isFinal() {
        return kind != Kind.HOST;
    }

    static Rejection of(Kind kind, List<String> lines) {
        return new Rejection(kind, String.join("\n", lines));
    }
}
