package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/**
 * One step of a rule as the kernel executes it. Registers are numbered in units of 4 bytes: {@link #VERDICT}, then {@link
 * #FIRST} to 19. Values in them are in network byte order.
 */
public sealed interface Expression
        permits Bitwise,
                Compare,
                Counter,
                Dynset,
                Limit,
                Lookup,
                MetaLoad,
                Notrack,
                PayloadLoad,
                PayloadStore,
                Queue,
                Unsupported,
                Verdict {

    /** A value in this register ends the rule. */
    int VERDICT = 0;

    /** The first register for data: NFT_REG_1, the same as NFT_REG32_00. */
    int FIRST = 4;

    /** One more than the last register, NFT_REG32_15. */
    int END = 20;

    int NFTA_EXPR_NAME = 1;
    int NFTA_EXPR_DATA = 2;
    int NFTA_LIST_ELEM = 1;

    /** The kernel's name of this kind of expression. */
    String name();

    /** Writes the attributes in NFTA_EXPR_DATA. */
    void encodeData(MessageWriter writer);

    default void encode(MessageWriter writer) {
        writer.string(NFTA_EXPR_NAME, name());
        if (!(this instanceof Notrack)) {
            writer.nested(NFTA_EXPR_DATA, this::encodeData);
        }
    }

    static Expression decode(Attributes attributes) throws CodecException {
        String name = attributes.string(NFTA_EXPR_NAME);
        Attributes data = attributes.nested(NFTA_EXPR_DATA);
        return switch (name) {
            case PayloadLoad.NAME -> PayloadStore.isStore(data) ? PayloadStore.decode(data) : PayloadLoad.decode(data);
            case MetaLoad.NAME -> MetaLoad.decode(data);
            case Compare.NAME -> Compare.decode(data);
            case Bitwise.NAME -> Bitwise.decode(data);
            case Lookup.NAME -> Lookup.decode(data);
            case Verdict.NAME -> Verdict.decode(data);
            case Queue.NAME -> Queue.decode(data);
            case Counter.NAME -> Counter.decode(data);
            case Limit.NAME -> Limit.decode(data);
            case Dynset.NAME -> Dynset.decode(data);
            case Notrack.NAME -> new Notrack();
            default -> new Unsupported(name);
        };
    }
}
