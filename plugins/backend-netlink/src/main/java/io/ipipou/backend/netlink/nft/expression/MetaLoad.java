package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/**
 * Loads metadata of the packet into a register.
 *
 * @param key NFT_META_*
 */
public record MetaLoad(int register, int key) implements Expression {

    public static final int L4PROTO = 16;

    static final String NAME = "meta";
    private static final int NFTA_META_DREG = 1;
    private static final int NFTA_META_KEY = 2;
    private static final int NFTA_META_SREG = 3;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        Registers.encode(writer, NFTA_META_DREG, register);
        writer.u32be(NFTA_META_KEY, key);
    }

    static Expression decode(Attributes data) throws CodecException {
        return data.has(NFTA_META_SREG)
                ? new Unsupported("meta set")
                : new MetaLoad(Registers.decode(data, NFTA_META_DREG), data.u32be(NFTA_META_KEY, 0));
    }
}
