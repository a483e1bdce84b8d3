package io.ipipou.netlink.socket;

import io.ipipou.spi.plan.Errno;
import java.nio.ByteBuffer;

/**
 * A netlink socket in the network namespace of the thread that opened it. It is connected to port 0, so it receives only
 * from the kernel. Constants are those of most architectures (asm-generic/socket.h).
 */
public final class KernelSocket implements NetlinkSocket {

    public static final int NETLINK_ROUTE = 0;
    public static final int NETLINK_NETFILTER = 12;
    public static final int NETLINK_GENERIC = 16;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int MSG_TRUNC = 0x20;

    private static final int RECEIVE_BYTES = 4 << 20;
    /** Less than the default send buffer of any kernel. */
    private static final int SEND_BYTES = 64 << 10;
    /** The kernel replies before the send returns, so a receive that has to wait has lost its reply. */
    private static final int RECEIVE_SECONDS = 30;

    private final Descriptor fd;
    private int sendBytes = SEND_BYTES;

    private KernelSocket(int fd) {
        this.fd = new Descriptor(fd);
    }

    /** @param protocol NETLINK_* */
    public static KernelSocket open(int protocol) throws ErrnoException {
        return open(protocol, SOCK_RAW | SOCK_CLOEXEC);
    }

    /**
     * A non-blocking socket for messages that the kernel sends without a request. A receive fails with EAGAIN if no datagram
     * is there ({@link Poller} waits for one), and with ENOBUFS once after the receive buffer overflowed.
     *
     * @param protocol NETLINK_*
     * @param groups multicast groups to join
     */
    public static KernelSocket openSubscription(int protocol, int... groups) throws ErrnoException {
        KernelSocket socket = open(protocol, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK);
        try {
            for (int group : groups) {
                Libc.setsockopt(socket.fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, Libc.number(group));
            }
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private static KernelSocket open(int protocol, int type) throws ErrnoException {
        KernelSocket socket = new KernelSocket(Libc.socket(AF_NETLINK, type, protocol));
        try {
            socket.setUp();
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private void setUp() throws ErrnoException {
        Libc.setsockopt(fd(), SOL_NETLINK, NETLINK_EXT_ACK, Libc.number(1));
        Libc.setsockopt(fd(), SOL_NETLINK, NETLINK_CAP_ACK, Libc.number(1));
        Libc.setsockopt(fd(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, Libc.number(1));
        Libc.setsockopt(
                fd(),
                SOL_SOCKET,
                SO_RCVTIMEO,
                Libc.struct(16).putLong(RECEIVE_SECONDS).putLong(0).flip());
        resize(SO_RCVBUFFORCE, SO_RCVBUF, RECEIVE_BYTES);
        // struct sockaddr_nl with nl_pid 0 and no groups.
        Libc.connect(
                fd(),
                Libc.struct(12)
                        .putShort((short) AF_NETLINK)
                        .putShort((short) 0)
                        .putLong(0)
                        .flip());
    }

    /** To exceed the kernel's limit takes CAP_NET_ADMIN in the initial user namespace; without it the limit applies. */
    private void resize(int force, int option, int bytes) throws ErrnoException {
        try {
            Libc.setsockopt(fd(), SOL_SOCKET, force, Libc.number(bytes));
        } catch (ErrnoException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            Libc.setsockopt(fd(), SOL_SOCKET, option, Libc.number(bytes));
        }
    }

    @Override
    public void send(ByteBuffer datagram) throws ErrnoException {
        if (datagram.remaining() > sendBytes) {
            // The kernel doubles the size, for its own overhead.
            resize(SO_SNDBUFFORCE, SO_SNDBUF, datagram.remaining());
            sendBytes = datagram.remaining();
        }
        int sent = Libc.send(fd(), datagram, 0);
        if (sent != datagram.remaining()) {
            throw new ErrnoException("send", Errno.EMSGSIZE.number());
        }
    }

    @Override
    public int receive(ByteBuffer buffer) throws ErrnoException {
        return Libc.recv(fd(), buffer.clear(), MSG_TRUNC);
    }

    int fd() throws ErrnoException {
        return fd.number();
    }

    @Override
    public void close() {
        fd.close();
    }
}
