package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Errno;

/** A system call failed. */
public final class ErrnoException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    public ErrnoException(String call, int errno) {
        super(call + ": " + Errno.refusal(errno, ""));
        this.call = call;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public int errno() {
        return errno;
    }

    public boolean is(Errno other) {
        return errno == other.number();
    }
}
