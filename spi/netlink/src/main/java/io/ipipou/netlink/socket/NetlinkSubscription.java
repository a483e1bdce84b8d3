package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.spi.plan.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Messages that the kernel sends without a request, from a non-blocking socket. One thread reads; {@link #overruns} is
 * for any. The caller closes the socket.
 */
public final class NetlinkSubscription {

    private final NetlinkSocket socket;
    private final ByteBuffer received;
    private final AtomicLong overruns = new AtomicLong();

    /**
     * @param socket whose receive fails with EAGAIN if no datagram is there
     * @param maxDatagram in bytes
     */
    public NetlinkSubscription(NetlinkSocket socket, int maxDatagram) {
        this.socket = socket;
        this.received = ByteBuffer.allocateDirect(maxDatagram).order(ByteOrder.nativeOrder());
    }

    /**
     * Receives the next datagram.
     *
     * @return its messages, valid until the next call; an empty list if the kernel dropped datagrams, which {@link
     *     #overruns} counts; empty if no datagram is there
     */
    public Optional<List<NetlinkMessage>> next() throws ErrnoException, CodecException {
        while (true) {
            try {
                int length = socket.receive(received);
                return Optional.of(NetlinkMessage.split(received, length));
            } catch (ErrnoException e) {
                if (e.is(Errno.EAGAIN)) {
                    return Optional.empty();
                }
                if (e.is(Errno.ENOBUFS)) {
                    overruns.incrementAndGet();
                    return Optional.of(List.of());
                }
                if (!e.is(Errno.EINTR)) {
                    throw e;
                }
            }
        }
    }

    /** How often the receive buffer overflowed and the kernel dropped one or more datagrams. */
    public long overruns() {
        return overruns.get();
    }
}
