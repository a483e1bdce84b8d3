package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A netlink socket of the network namespace the opening thread was in. Connected to port 0, it takes datagrams from the
 * kernel alone. Constants are those of most architectures (asm-generic/socket.h).
 */
public final class KernelSocket implements NetlinkSocket {

    public static final int NETLINK_ROUTE = 0;
    public static final int NETLINK_GENERIC = 16;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int MSG_TRUNC = 0x20;

    private static final int RECEIVE_BYTES = 4 << 20;
    /** The kernel answers within the call that asks, so waiting at all means that an answer was lost. */
    private static final int RECEIVE_SECONDS = 30;

    private final int fd;
    private boolean closed;

    private KernelSocket(int fd) {
        this.fd = fd;
    }

    /** @param protocol NETLINK_* */
    public static KernelSocket open(int protocol) throws ErrnoException {
        KernelSocket socket = new KernelSocket(Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
        try {
            socket.setUp();
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private void setUp() throws ErrnoException {
        Libc.setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, number(1));
        Libc.setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, number(1));
        Libc.setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, number(1));
        Libc.setsockopt(
                fd,
                SOL_SOCKET,
                SO_RCVTIMEO,
                direct(16).putLong(RECEIVE_SECONDS).putLong(0).flip());
        enlargeReceiveBuffer();
        // struct sockaddr_nl with nl_pid 0 and no groups.
        Libc.connect(
                fd,
                direct(12)
                        .putShort((short) AF_NETLINK)
                        .putShort((short) 0)
                        .putLong(0)
                        .flip());
    }

    /** SO_RCVBUFFORCE needs CAP_NET_ADMIN in the first user namespace; without it the kernel's limit has to do. */
    private void enlargeReceiveBuffer() throws ErrnoException {
        try {
            Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, number(RECEIVE_BYTES));
        } catch (ErrnoException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, number(RECEIVE_BYTES));
        }
    }

    private static ByteBuffer number(int value) {
        return direct(4).putInt(value).flip();
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    @Override
    public void send(ByteBuffer datagram) throws ErrnoException {
        int sent = Libc.send(open(), datagram, 0);
        if (sent != datagram.remaining()) {
            throw new ErrnoException("send", Errno.EMSGSIZE.number());
        }
    }

    @Override
    public int receive(ByteBuffer buffer) throws ErrnoException {
        return Libc.recv(open(), buffer.clear(), MSG_TRUNC);
    }

    /** A number that the process may have given to another file since the close is never used. */
    private int open() throws ErrnoException {
        if (closed) {
            throw new ErrnoException("use of a closed socket", Errno.EBADF.number());
        }
        return fd;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Libc.close(fd);
        } catch (ErrnoException e) {
            // Linux frees the number even then, and a netlink socket has nothing that could be lost.
            throw new IllegalStateException(e);
        }
    }
}
