package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/** Counts the packets that reach it. */
public record Counter(long packets, long bytes) implements Expression {

    static final String NAME = "counter";
    private static final int NFTA_COUNTER_BYTES = 1;
    private static final int NFTA_COUNTER_PACKETS = 2;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        writer.u64be(NFTA_COUNTER_BYTES, bytes);
        writer.u64be(NFTA_COUNTER_PACKETS, packets);
    }

    static Counter decode(Attributes data) throws CodecException {
        return new Counter(data.u64be(NFTA_COUNTER_PACKETS, 0), data.u64be(NFTA_COUNTER_BYTES, 0));
    }
}
