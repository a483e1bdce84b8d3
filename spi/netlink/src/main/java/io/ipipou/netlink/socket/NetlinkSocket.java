package io.ipipou.netlink.socket;

import java.nio.ByteBuffer;

/** A datagram socket whose other end is the kernel. For one thread at a time. Buffers are direct ones. */
public interface NetlinkSocket extends AutoCloseable {

    /** Sends the buffer's content, from its position to its limit, as one datagram. */
    void send(ByteBuffer datagram) throws ErrnoException;

    /**
     * Waits for a datagram and writes it to the buffer from 0 on.
     *
     * @return the datagram's length, which is more than the buffer's capacity when it was cut
     */
    int receive(ByteBuffer buffer) throws ErrnoException;

    @Override
    void close();
}
