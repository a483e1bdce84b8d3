package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/** Sets {@code target = (source & mask) ^ xor}. */
public record Bitwise(int source, int target, Bytes mask, Bytes xor) implements Expression {

    static final String NAME = "bitwise";
    private static final int NFTA_BITWISE_SREG = 1;
    private static final int NFTA_BITWISE_DREG = 2;
    private static final int NFTA_BITWISE_LEN = 3;
    private static final int NFTA_BITWISE_MASK = 4;
    private static final int NFTA_BITWISE_XOR = 5;
    private static final int NFTA_BITWISE_OP = 6;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        Registers.encode(writer, NFTA_BITWISE_SREG, source);
        Registers.encode(writer, NFTA_BITWISE_DREG, target);
        writer.u32be(NFTA_BITWISE_LEN, mask.length());
        mask.encode(writer, NFTA_BITWISE_MASK);
        xor.encode(writer, NFTA_BITWISE_XOR);
    }

    static Expression decode(Attributes data) throws CodecException {
        return data.u32be(NFTA_BITWISE_OP, 0) != 0
                ? new Unsupported("bitwise shift")
                : new Bitwise(
                        Registers.decode(data, NFTA_BITWISE_SREG),
                        Registers.decode(data, NFTA_BITWISE_DREG),
                        Bytes.decode(data, NFTA_BITWISE_MASK),
                        Bytes.decode(data, NFTA_BITWISE_XOR));
    }
}
