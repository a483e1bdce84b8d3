package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/**
 * Ends the rule unless the comparison with the register is true.
 *
 * @param relation NFT_CMP_*
 */
public record Compare(int register, int relation, Bytes value) implements Expression {

    public static final int EQ = 0;
    public static final int NEQ = 1;
    public static final int LT = 2;
    public static final int LTE = 3;
    public static final int GTE = 5;

    static final String NAME = "cmp";
    private static final int NFTA_CMP_SREG = 1;
    private static final int NFTA_CMP_OP = 2;
    private static final int NFTA_CMP_DATA = 3;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        Registers.encode(writer, NFTA_CMP_SREG, register);
        writer.u32be(NFTA_CMP_OP, relation);
        value.encode(writer, NFTA_CMP_DATA);
    }

    static Compare decode(Attributes data) throws CodecException {
        return new Compare(
                Registers.decode(data, NFTA_CMP_SREG), data.u32be(NFTA_CMP_OP, 0), Bytes.decode(data, NFTA_CMP_DATA));
    }
}
