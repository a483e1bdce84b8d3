package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.spi.plan.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A kernel that answers each send with what a test has written down for it. */
public final class ScriptedKernel implements NetlinkSocket {

    /** Puts what the kernel does about one send into the queue. */
    public interface Script {
        void answer(ScriptedKernel kernel, List<NetlinkMessage> sent);
    }

    /** A datagram, or the errno of a receive that fails. */
    private record Delivery(ByteBuffer datagram, int length, int errno) {}

    private final Deque<Script> scripts = new ArrayDeque<>();
    private final Deque<Delivery> deliveries = new ArrayDeque<>();
    private final List<List<NetlinkMessage>> sent = new ArrayList<>();
    private boolean closed;

    public ScriptedKernel onSend(Script script) {
        scripts.add(script);
        return this;
    }

    /** All datagrams that were sent so far. */
    public List<List<NetlinkMessage>> sent() {
        return sent;
    }

    public boolean closed() {
        return closed;
    }

    /** Delivers a datagram of the messages that the body writes. */
    public void deliver(MessageBody messages) {
        MessageWriter writer = new MessageWriter(1 << 13);
        messages.encode(writer);
        deliver(writer.toBytes(), writer.size());
    }

    /** Delivers bytes as if they were the beginning of a longer datagram. */
    public void deliver(byte[] bytes, int length) {
        deliveries.add(new Delivery(ByteBuffer.wrap(bytes), length, 0));
    }

    public void fail(Errno errno) {
        deliveries.add(new Delivery(ByteBuffer.allocate(0), 0, errno.number()));
    }

    @Override
    public void send(ByteBuffer datagram) throws ErrnoException {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        try {
            sent.add(NetlinkMessage.split(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), bytes.length));
        } catch (CodecException e) {
            throw new AssertionError(e);
        }
        if (scripts.isEmpty()) {
            throw new AssertionError("a send that the test did not expect");
        }
        scripts.remove().answer(this, sent.get(sent.size() - 1));
    }

    @Override
    public int receive(ByteBuffer buffer) throws ErrnoException {
        Delivery delivery = deliveries.poll();
        if (delivery == null) {
            throw new ErrnoException("recv", Errno.EAGAIN.number());
        }
        if (delivery.errno() != 0) {
            throw new ErrnoException("recv", delivery.errno());
        }
        buffer.clear().put(delivery.datagram());
        return delivery.length();
    }

    @Override
    public void close() {
        closed = true;
    }
}
