package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import java.util.Optional;

/**
 * Ends the rule unless the key is in the set, or with {@code inverted} if it is.
 *
 * @param source first register of the key, which has as many as the set's key needs
 * @param target register for the value that a map has for the key
 */
public record Lookup(String set, int source, Optional<Integer> target, boolean inverted) implements Expression {

    static final String NAME = "lookup";
    private static final int NFTA_LOOKUP_SET = 1;
    private static final int NFTA_LOOKUP_SREG = 2;
    private static final int NFTA_LOOKUP_DREG = 3;
    private static final int NFTA_LOOKUP_FLAGS = 5;
    private static final int NFT_LOOKUP_F_INV = 1;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        writer.string(NFTA_LOOKUP_SET, set);
        Registers.encode(writer, NFTA_LOOKUP_SREG, source);
        target.ifPresent(register -> Registers.encode(writer, NFTA_LOOKUP_DREG, register));
        if (inverted) {
            writer.u32be(NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
        }
    }

    static Lookup decode(Attributes data) throws CodecException {
        return new Lookup(
                data.string(NFTA_LOOKUP_SET),
                Registers.decode(data, NFTA_LOOKUP_SREG),
                Registers.decodeOptional(data, NFTA_LOOKUP_DREG),
                (data.u32be(NFTA_LOOKUP_FLAGS, 0) & NFT_LOOKUP_F_INV) != 0);
    }
}
