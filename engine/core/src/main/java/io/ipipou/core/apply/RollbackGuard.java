package io.ipipou.core.apply;

import java.io.IOException;

/** Takes a host back to what it was when an apply is not confirmed in time, or died half way. */
@FunctionalInterface
public interface RollbackGuard {

    /**
     * Has it watch an apply that is about to begin.
     *
     * @param apply the apply's {@link Confirmation#id}
     * @return who watches now, and goes on when this process ends
     * @throws IOException if nobody does
     */
    ProcessId watch(String apply) throws IOException;
}
