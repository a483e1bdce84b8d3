package io.ipipou.netlink.socket;

import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Sends IPv4 packets with their headers (raw(7), IP_HDRINCL) in the network namespace of the thread that opened it. Needs
 * CAP_NET_RAW. Never blocks. For one thread at a time.
 */
public final class RawSocket implements AutoCloseable {

    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int IPPROTO_IP = 0;
    /** Implies IP_HDRINCL and makes the socket send-only, raw(7). */
    private static final int IPPROTO_RAW = 255;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_BINDTODEVICE = 25;
    private static final int IP_TTL = 2;
    private static final int IP_RECVERR = 11;
    private static final int MSG_DONTWAIT = 0x40;

    private final Descriptor fd;

    private RawSocket(Descriptor fd) {
        this.fd = fd;
    }

    public static RawSocket open() throws ErrnoException {
        Descriptor fd = new Descriptor(Libc.socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
        try {
            // Should anyone send packets of protocol 255, the kernel queues the least that it can.
            Libc.setsockopt(fd.number(), SOL_SOCKET, SO_RCVBUF, Libc.number(0));
            // Without it the kernel does not report that a device's queue was full (ENOBUFS).
            Libc.setsockopt(fd.number(), IPPROTO_IP, IP_RECVERR, Libc.number(1));
            return new RawSocket(fd);
        } catch (ErrnoException e) {
            fd.close();
            throw e;
        }
    }

    /** The namespace's current net.ipv4.ip_default_ttl. */
    public int defaultTtl() throws ErrnoException {
        return Libc.getsockopt(fd.number(), IPPROTO_IP, IP_TTL);
    }

    /**
     * Sends a packet. The kernel fills in the header checksum, the total length, an id of 0 and a source of 0.0.0.0.
     *
     * @param packet a direct buffer, from its position to its limit
     * @param source a local address, which routing rules can match; 0.0.0.0 lets the kernel choose
     * @param destination as in the packet
     * @param device the outgoing device; empty lets the routes choose
     * @throws ErrnoException EADDRNOTAVAIL if the source is not an address of this host, ENODEV if there is no such device,
     *     EMSGSIZE if the packet exceeds the device's MTU, EAGAIN or ENOBUFS if a queue is full, EPERM if a packet filter
     *     drops it; from routing ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL
     */
    public void send(ByteBuffer packet, Ipv4 source, Ipv4 destination, Optional<LinkName> device)
            throws ErrnoException {
        // For each packet: the device may have been recreated with another index since the last one.
        Libc.setsockopt(
                fd.number(),
                SOL_SOCKET,
                SO_BINDTODEVICE,
                name(device.map(LinkName::value).orElse("")));
        Libc.bind(fd.number(), address(source));
        int sent = Libc.sendto(fd.number(), packet, MSG_DONTWAIT, address(destination));
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

    @Override
    public void close() {
        fd.close();
    }
}
