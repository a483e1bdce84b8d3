package io.ipipou.netlink.socket;

import io.ipipou.spi.plan.Errno;

/** A file descriptor that is never used after it was closed, when it may belong to another file. */
final class Descriptor implements AutoCloseable {

    private final int number;
    private boolean closed;

    Descriptor(int number) {
        this.number = number;
    }

    /** @throws ErrnoException EBADF after {@link #close} */
    int number() throws ErrnoException {
        if (closed) {
            throw new ErrnoException("using a closed socket", Errno.EBADF.number());
        }
        return number;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Libc.close(number);
        } catch (ErrnoException e) {
            // Linux frees the descriptor even then, and there is no data to lose.
            throw new IllegalStateException(e);
        }
    }
}
