package io.ipipou.netlink.socket;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;

/** A system call failed. */
public final class ErrnoException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    public ErrnoException(String call, int errno) {
        super(call + ": " + Refusal.of(errno));
        this.call = call;
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    public boolean is(Errno other) {
        return errno == other.number();
    }

    /** @param operation what failed, in the form "opening a socket" */
    public BackendException during(String operation) {
        return new BackendException(operation + " (" + call + ")", Refusal.of(errno));
    }
}
