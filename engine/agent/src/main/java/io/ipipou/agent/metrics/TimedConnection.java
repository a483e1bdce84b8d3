package io.ipipou.agent.metrics;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A connection that takes a bounded time, whatever the other side does. For one thread. */
final class TimedConnection implements AutoCloseable {

    private final SocketChannel channel;
    private final Selector selector;
    private final long end;

    TimedConnection(SocketChannel channel, Duration patience) throws IOException {
        this.channel = channel;
        this.end = System.nanoTime() + patience.toNanos();
        channel.configureBlocking(false);
        selector = Selector.open();
    }

    /**
     * Waits for something to read.
     *
     * @return how many bytes; -1 when the other side has ended
     * @throws SocketTimeoutException when the time is over
     */
    int read(ByteBuffer buffer) throws IOException {
        int read = channel.read(buffer);
        while (read == 0 && buffer.hasRemaining()) {
            await(SelectionKey.OP_READ);
            read = channel.read(buffer);
        }
        return read;
    }

    /** @throws SocketTimeoutException when the time is over */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    /** Nothing more is said; what the other side still says is read, so that it gets the answer before the end. */
    void finish(int most) throws IOException {
        channel.shutdownOutput();
        ByteBuffer rest = ByteBuffer.allocate(4096);
        for (int read = 0, sum = 0; read >= 0 && sum < most; sum += read) {
            read = read(rest.clear());
        }
    }

    private void await(int operation) throws IOException {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("too slow");
        }
        channel.register(selector, operation);
        selector.select(left);
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
