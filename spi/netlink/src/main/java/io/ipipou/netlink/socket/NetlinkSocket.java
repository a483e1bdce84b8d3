package io.ipipou.netlink.socket;

import java.nio.ByteBuffer;

/** A datagram socket to the kernel, for one thread at a time. Buffers must be direct. */
public interface NetlinkSocket extends AutoCloseable {

    /** Sends the bytes between the buffer's position and limit as one datagram. */
    void send(ByteBuffer datagram) throws ErrnoException;

    /**
     * Waits for a datagram and writes it to the start of the buffer.
     *
     * @return the datagram's length, more than the buffer's capacity if the datagram was truncated
     */
    int receive(ByteBuffer buffer) throws ErrnoException;

    @Override
    void close();
}
