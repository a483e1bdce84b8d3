package io.ipipou.agent.packet;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.netlink.wire.Request;
import java.util.Optional;

/** The messages of linux/netfilter/nfnetlink_queue.h. Numbers in them are big-endian. */
final class QueueMessages {

    private static final int NFNL_SUBSYS_QUEUE = 3;
    static final int NFQNL_MSG_PACKET = Nfnl.type(NFNL_SUBSYS_QUEUE, 0);
    private static final int NFQNL_MSG_CONFIG = Nfnl.type(NFNL_SUBSYS_QUEUE, 2);
    private static final int NFQNL_MSG_VERDICT_BATCH = Nfnl.type(NFNL_SUBSYS_QUEUE, 3);
    private static final int AF_UNSPEC = 0;

    private static final int NFQA_CFG_CMD = 1;
    private static final int NFQA_CFG_PARAMS = 2;
    private static final int NFQA_CFG_QUEUE_MAXLEN = 3;
    private static final int NFQNL_CFG_CMD_BIND = 1;
    private static final int NFQNL_COPY_PACKET = 2;

    private static final int NFQA_PACKET_HDR = 1;
    private static final int NFQA_VERDICT_HDR = 2;
    private static final int NFQA_PAYLOAD = 10;
    private static final int NFQA_CAP_LEN = 13;
    private static final int NF_DROP = 0;

    private QueueMessages() {}

    /** Binds to the queue. Its packets are dropped until {@link #configure}. */
    static Request bind(int queue) {
        return config(
                queue,
                writer -> writer.attribute(
                        NFQA_CFG_CMD,
                        value -> value.u8(NFQNL_CFG_CMD_BIND).u8(0).u16be(0)));
    }

    /**
     * Starts the delivery of packets. No flag is set: not NFQA_CFG_F_FAIL_OPEN, so that packets that do not fit are dropped,
     * and not NFQA_CFG_F_GSO, so that packets that the kernel had merged arrive as they were on the wire, with checksums.
     *
     * @param packets how many may wait for a verdict
     * @param bytes how much of a packet is copied, 1..65535
     */
    static Request configure(int queue, int packets, int bytes) {
        return config(queue, writer -> {
            writer.attribute(NFQA_CFG_PARAMS, value -> value.u32be(bytes).u8(NFQNL_COPY_PACKET));
            writer.attribute(NFQA_CFG_QUEUE_MAXLEN, value -> value.u32be(packets));
        });
    }

    private static Request config(int queue, MessageBody attributes) {
        return Request.write(NFQNL_MSG_CONFIG, 0, writer -> {
            Nfnl.encodeHeader(writer, AF_UNSPEC, queue);
            attributes.encode(writer);
        });
    }

    /** Drops all packets up to that id. The kernel replies only if that fails. */
    static Request dropUpTo(int queue, int id) {
        return new Request(NFQNL_MSG_VERDICT_BATCH, Nlmsg.NLM_F_REQUEST, writer -> {
            Nfnl.encodeHeader(writer, AF_UNSPEC, queue);
            writer.attribute(NFQA_VERDICT_HDR, value -> value.u32be(NF_DROP).u32be(id));
        });
    }

    /** Decodes an NFQNL_MSG_PACKET. */
    static QueuedPacket packet(Payload message) throws CodecException {
        Attributes attributes = message.attributes(Nfnl.HEADER_LENGTH);
        boolean cut = attributes.has(NFQA_CAP_LEN);
        return new QueuedPacket(
                attributes.bytes(NFQA_PACKET_HDR).u32be(0),
                cut
                        ? Optional.empty()
                        : Datagram.parse(attributes.bytes(NFQA_PAYLOAD).bytes()));
    }
}
