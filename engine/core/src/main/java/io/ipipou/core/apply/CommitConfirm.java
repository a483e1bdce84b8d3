package io.ipipou.core.apply;

import java.time.Duration;

/**
 * Asks for a rollback unless the apply is confirmed in time.
 *
 * @param within positive, from when the host matches its desired state
 * @param guard does the rollback
 */
public record CommitConfirm(Duration within, RollbackGuard guard) {}
