package io.ipipou.core.apply;

import java.io.IOException;

/** Rolls back an apply that is not confirmed in time or whose process died. */
@FunctionalInterface
public interface RollbackGuard {

    /**
     * Starts watching an apply that is about to begin.
     *
     * @param apply the apply's {@link Confirmation#id}
     * @return the watching process, which survives this one
     * @throws IOException if it cannot be started
     */
    ProcessId watch(String apply) throws IOException;
}
