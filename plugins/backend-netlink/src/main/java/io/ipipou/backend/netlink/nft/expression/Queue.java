package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/**
 * Passes the packet to userspace.
 *
 * @param number the first queue
 * @param total how many queues, from {@code number} on, the packets are distributed to
 * @param flags NFT_QUEUE_FLAG_*
 */
public record Queue(int number, int total, int flags) implements Expression {

    static final String NAME = "queue";
    private static final int NFTA_QUEUE_NUM = 1;
    private static final int NFTA_QUEUE_TOTAL = 2;
    private static final int NFTA_QUEUE_FLAGS = 3;
    private static final int NFTA_QUEUE_SREG_QNUM = 4;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        writer.u16be(NFTA_QUEUE_NUM, number);
        writer.u16be(NFTA_QUEUE_TOTAL, total);
        if (flags != 0) {
            writer.u16be(NFTA_QUEUE_FLAGS, flags);
        }
    }

    static Expression decode(Attributes data) throws CodecException {
        return data.has(NFTA_QUEUE_SREG_QNUM)
                ? new Unsupported("queue by a value of the packet")
                : new Queue(
                        data.u16be(NFTA_QUEUE_NUM, 0),
                        data.u16be(NFTA_QUEUE_TOTAL, 0),
                        data.u16be(NFTA_QUEUE_FLAGS, 0));
    }
}
