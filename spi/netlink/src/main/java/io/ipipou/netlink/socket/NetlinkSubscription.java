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
 * What the kernel says unasked, over a socket that does not block. One thread reads; {@link #overruns} is for any. The
 * socket stays the caller's to close.
 */
public final class NetlinkSubscription {

    private final NetlinkSocket socket;
    private final ByteBuffer received;
    private final AtomicLong overruns = new AtomicLong();

    /**
     * @param socket whose receive fails with EAGAIN when nothing is there
     * @param longest bytes of a datagram, at most
     */
    public NetlinkSubscription(NetlinkSocket socket, int longest) {
        this.socket = socket;
        this.received = ByteBuffer.allocateDirect(longest).order(ByteOrder.nativeOrder());
    }

    /**
     * Takes the next datagram.
     *
     * @return its messages, to be read before the next call; none where some were lost, which {@link #overruns} counts;
     *     empty when nothing more is there
     */
    public Optional<List<NetlinkMessage>> next() throws ErrnoException, CodecException {
        while (true) {
            try {
                int length = socket.receive(received);
                if (length > received.capacity()) {
                    throw new CodecException("a datagram of " + length + " bytes was cut at " + received.capacity());
                }
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

    /** How often something did not fit the receive buffer and was lost; one datagram or many each time. */
    public long overruns() {
        return overruns.get();
    }
}
