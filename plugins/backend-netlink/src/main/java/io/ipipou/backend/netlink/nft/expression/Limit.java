package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/**
 * Ends the rule above the rate, or with {@code over} at or below it.
 *
 * @param rate packets or bytes per unit
 * @param unit in seconds
 * @param type NFT_LIMIT_*
 */
public record Limit(long rate, long unit, int burst, int type, boolean over) implements Expression {

    public static final int PACKETS = 0;

    static final String NAME = "limit";
    private static final int NFTA_LIMIT_RATE = 1;
    private static final int NFTA_LIMIT_UNIT = 2;
    private static final int NFTA_LIMIT_BURST = 3;
    private static final int NFTA_LIMIT_TYPE = 4;
    private static final int NFTA_LIMIT_FLAGS = 5;
    private static final int NFT_LIMIT_F_INV = 1;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        writer.u64be(NFTA_LIMIT_RATE, rate);
        writer.u64be(NFTA_LIMIT_UNIT, unit);
        writer.u32be(NFTA_LIMIT_BURST, burst);
        writer.u32be(NFTA_LIMIT_TYPE, type);
        writer.u32be(NFTA_LIMIT_FLAGS, over ? NFT_LIMIT_F_INV : 0);
    }

    static Limit decode(Attributes data) throws CodecException {
        return new Limit(
                data.u64be(NFTA_LIMIT_RATE, 0),
                data.u64be(NFTA_LIMIT_UNIT, 0),
                data.u32be(NFTA_LIMIT_BURST, 0),
                data.u32be(NFTA_LIMIT_TYPE, 0),
                (data.u32be(NFTA_LIMIT_FLAGS, 0) & NFT_LIMIT_F_INV) != 0);
    }
}
