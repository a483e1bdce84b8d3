package io.ipipou.netlink.socket;

import io.ipipou.spi.plan.Errno;
import java.nio.ByteBuffer;
import java.util.List;

/** Waits with poll(2) for sockets and an eventfd(2), which {@link #stop} writes to. */
public final class Poller implements ReadinessWaiter {

    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;
    private static final short POLLIN = 0x1;
    private static final short POLLNVAL = 0x20;
    /** struct pollfd: int fd, short events, short revents. */
    private static final int POLLFD_BYTES = 8;

    private static final int REVENTS = 6;

    private final Descriptor event;
    private final ByteBuffer fds;

    private Poller(Descriptor event, ByteBuffer fds) {
        this.event = event;
        this.fds = fds;
    }

    /** The caller closes the sockets, after this. */
    public static Poller open(List<KernelSocket> sockets) throws ErrnoException {
        ByteBuffer fds = Libc.struct(POLLFD_BYTES * (1 + sockets.size())).position(POLLFD_BYTES);
        for (KernelSocket socket : sockets) {
            fds.putInt(socket.fd()).putShort(POLLIN).putShort((short) 0);
        }
        int event = Libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        fds.rewind().putInt(event).putShort(POLLIN).putShort((short) 0).rewind();
        return new Poller(new Descriptor(event), fds);
    }

    @Override
    public boolean await() throws ErrnoException {
        while (true) {
            try {
                Libc.poll(fds, -1);
                return !stopped();
            } catch (ErrnoException e) {
                if (!e.is(Errno.EINTR)) {
                    throw e;
                }
            }
        }
    }

    private boolean stopped() throws ErrnoException {
        for (int at = REVENTS; at < fds.limit(); at += POLLFD_BYTES) {
            if ((fds.getShort(at) & POLLNVAL) != 0) {
                throw new ErrnoException("poll", Errno.EBADF.number());
            }
        }
        return fds.getShort(REVENTS) != 0;
    }

    @Override
    public synchronized void stop() {
        if (event.closed()) {
            return;
        }
        try {
            Libc.write(event.number(), Libc.struct(Long.BYTES).putLong(1).flip());
        } catch (ErrnoException e) {
            // The only possible error is EAGAIN, after 2^64 calls.
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized void close() {
        event.close();
    }
}
