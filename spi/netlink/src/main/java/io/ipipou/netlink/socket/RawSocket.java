package io.ipipou.netlink.socket;

import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A socket that sends whole IPv4 packets, headers included (raw(7), IP_HDRINCL), in the network namespace the opening
 * thread was in. Needs CAP_NET_RAW. Never blocks. For one thread at a time.
 */
public final class RawSocket implements AutoCloseable {

    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int IPPROTO_IP = 0;
    /** Of which raw(7) says that it implies IP_HDRINCL, and that the socket sends only. */
    private static final int IPPROTO_RAW = 255;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_BINDTODEVICE = 25;
    private static final int IP_TTL = 2;
    private static final int IP_RECVERR = 11;
    private static final int MSG_DONTWAIT = 0x40;

    private final int fd;
    private boolean closed;

    private RawSocket(int fd) {
        this.fd = fd;
    }

    public static RawSocket open() throws ErrnoException {
        RawSocket socket = new RawSocket(Libc.socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
        try {
            // Packets of protocol 255, were anyone to send such, are kept no more of than the kernel's least.
            Libc.setsockopt(socket.fd, SOL_SOCKET, SO_RCVBUF, Libc.number(0));
            // Without it the kernel keeps to itself that a device had no room for a packet (ENOBUFS).
            Libc.setsockopt(socket.fd, IPPROTO_IP, IP_RECVERR, Libc.number(1));
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    /** The namespace's net.ipv4.ip_default_ttl as it is now. */
    public int defaultTtl() throws ErrnoException {
        return Libc.getsockopt(open(this), IPPROTO_IP, IP_TTL);
    }

    /**
     * Sends a packet. The kernel fills in the header checksum, the total length, an id of 0 and a source of 0.0.0.0.
     *
     * @param packet from the buffer's position to its limit, a direct one
     * @param source a local address, which rules of routing may look at; 0.0.0.0 for one that the kernel chooses
     * @param destination as in the packet
     * @param device the device to leave by, empty to let the routes choose
     * @throws ErrnoException EADDRNOTAVAIL if the source is no address of this host, ENODEV if there is no such device,
     *     EMSGSIZE if the packet is longer than the device's MTU, EAGAIN or ENOBUFS if there is no room, EPERM if a
     *     packet filter refuses it, and what routing says: ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL
     */
    public void send(ByteBuffer packet, Ipv4 source, Ipv4 destination, Optional<LinkName> device)
            throws ErrnoException {
        // Each time: an index that was looked up earlier may be that of a device which has been made anew since.
        Libc.setsockopt(
                open(this),
                SOL_SOCKET,
                SO_BINDTODEVICE,
                name(device.map(LinkName::value).orElse("")));
        Libc.bind(fd, address(source));
        int sent = Libc.sendto(fd, packet, MSG_DONTWAIT, address(destination));
        if (sent != packet.remaining()) {
            throw new ErrnoException("sendto", Errno.EMSGSIZE.number());
        }
    }

    private static ByteBuffer name(String device) {
        byte[] text = device.getBytes(StandardCharsets.UTF_8);
        return Libc.struct(LinkName.MAX_LENGTH + 1).put(text).position(0);
    }

    /** struct sockaddr_in with port 0. */
    private static ByteBuffer address(Ipv4 address) {
        return Libc.struct(16)
                .putShort((short) AF_INET)
                .putShort((short) 0)
                .put(address.toBytes())
                .position(0);
    }

    private static int open(RawSocket socket) throws ErrnoException {
        if (socket.closed) {
            throw new ErrnoException("use of a closed socket", Errno.EBADF.number());
        }
        return socket.fd;
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
            // Linux frees the number even then, and what was sent is the kernel's.
            throw new IllegalStateException(e);
        }
    }
}
