package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.spi.plan.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A kernel that replies to each send as a test has scripted it. */
public final class ScriptedKernel implements NetlinkSocket {

    /** Delivers the replies to one send. */
    public interface Script {
        void reply(ScriptedKernel kernel, List<NetlinkMessage> sent);
    }

    /** A datagram, or the errno of a receive that fails. */
    private record Delivery(ByteBuffer datagram, int length, int errno) {}

    private static final int NLMSGERR_ATTR_MSG = 1;

    private final Deque<Script> scripts = new ArrayDeque<>();
    private final Deque<Delivery> deliveries = new ArrayDeque<>();
    private final List<List<NetlinkMessage>> sent = new ArrayList<>();
    private boolean closed;

    public ScriptedKernel onSend(Script script) {
        scripts.add(script);
        return this;
    }

    /** The datagrams sent so far. */
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

    /** Delivers the first bytes of a datagram of that length. */
    public void deliver(byte[] bytes, int length) {
        deliveries.add(new Delivery(ByteBuffer.wrap(bytes), length, 0));
    }

    /** Delivers an ack, which repeats the request's header only. */
    public void acknowledge(NetlinkMessage request, Ack ack) {
        int flags = Nlmsg.NLM_F_CAPPED | Nlmsg.NLM_F_ACK_TLVS;
        deliver(writer -> writer.message(Nlmsg.NLMSG_ERROR, flags, request.sequence(), body -> {
            body.u32(-ack.errno());
            body.u32(Nlmsg.HEADER_LENGTH)
                    .u16(request.type())
                    .u16(request.flags())
                    .u32(request.sequence())
                    .u32(0);
            if (!ack.message().isEmpty()) {
                body.string(NLMSGERR_ATTR_MSG, ack.message());
            }
        }));
    }

    /** Delivers the end of a dump. */
    public void end(NetlinkMessage request, int flags, Ack ack) {
        deliver(writer -> writer.message(Nlmsg.NLMSG_DONE, flags | Nlmsg.NLM_F_ACK_TLVS, request.sequence(), body -> {
            body.u32(-ack.errno());
            if (!ack.message().isEmpty()) {
                body.string(NLMSGERR_ATTR_MSG, ack.message());
            }
        }));
    }

    /** Makes one receive fail. */
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
            throw new AssertionError("unexpected send");
        }
        scripts.remove().reply(this, sent.get(sent.size() - 1));
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
