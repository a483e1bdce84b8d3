package io.ipipou.core.apply;

import java.time.Duration;

/**
 * Asks for a rollback unless the apply is confirmed in time.
 *
 * @param id unique for each apply
 * @param within positive, from when the host matches its desired state
 * @param guard does the rollback
 */
public record CommitConfirm(String id, Duration within, RollbackGuard guard) {

    /** Why an apply did not begin. */
    public static final String NO_GUARD = "the rollback guard cannot be started";
}
