package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/**
 * Ends the rule with a verdict.
 *
 * @param code NF_* or NFT_*
 * @param chain the target of NFT_JUMP or NFT_GOTO, otherwise empty
 */
public record Verdict(int code, String chain) implements Expression {

    public static final int DROP = 0;
    public static final int ACCEPT = 1;
    public static final int CONTINUE = -1;
    public static final int JUMP = -3;
    public static final int GOTO = -4;
    public static final int RETURN = -5;

    static final String NAME = "immediate";
    private static final int NFTA_IMMEDIATE_DREG = 1;
    private static final int NFTA_IMMEDIATE_DATA = 2;
    private static final int NFTA_DATA_VERDICT = 2;
    private static final int NFTA_VERDICT_CODE = 1;
    private static final int NFTA_VERDICT_CHAIN = 2;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        Registers.encode(writer, NFTA_IMMEDIATE_DREG, VERDICT);
        writer.nested(
                NFTA_IMMEDIATE_DATA,
                data -> data.nested(NFTA_DATA_VERDICT, verdict -> {
                    verdict.u32be(NFTA_VERDICT_CODE, code);
                    if (!chain.isEmpty()) {
                        verdict.string(NFTA_VERDICT_CHAIN, chain);
                    }
                }));
    }

    static Expression decode(Attributes data) throws CodecException {
        Attributes value = data.nested(NFTA_IMMEDIATE_DATA);
        if (!value.has(NFTA_DATA_VERDICT)) {
            return new Unsupported("a constant");
        }
        Attributes verdict = value.nested(NFTA_DATA_VERDICT);
        return new Verdict(verdict.u32be(NFTA_VERDICT_CODE, 0), verdict.string(NFTA_VERDICT_CHAIN));
    }
}
