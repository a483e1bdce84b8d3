package io.ipipou.core.apply;

import java.time.Duration;

/**
 * Has an apply undone unless it is confirmed.
 *
 * @param within how long it may wait for that, from when the host is as desired; positive
 * @param guard who undoes it
 */
public record CommitConfirm(Duration within, RollbackGuard guard) {}
