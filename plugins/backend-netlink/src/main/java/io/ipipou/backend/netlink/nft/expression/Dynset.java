package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Creates the set's element for a key, or restarts its timeout, and then executes the element's own expressions.
 *
 * @param operation NFT_DYNSET_OP_*
 * @param source first register of the key, which has as many as the set's key needs
 * @param data register of the value for a map
 * @param timeout in milliseconds, 0 for the set's
 * @param inverted whether the rule ends where it would otherwise continue, and vice versa
 * @param each the expressions that every element gets
 */
public record Dynset(
        String set,
        int operation,
        int source,
        Optional<Integer> data,
        long timeout,
        boolean inverted,
        List<Expression> each)
        implements Expression {

    public static final int UPDATE = 1;

    static final String NAME = "dynset";
    private static final int NFTA_DYNSET_SET_NAME = 1;
    private static final int NFTA_DYNSET_OP = 3;
    private static final int NFTA_DYNSET_SREG_KEY = 4;
    private static final int NFTA_DYNSET_SREG_DATA = 5;
    private static final int NFTA_DYNSET_TIMEOUT = 6;
    private static final int NFTA_DYNSET_EXPR = 7;
    private static final int NFTA_DYNSET_FLAGS = 9;
    private static final int NFTA_DYNSET_EXPRESSIONS = 10;
    private static final int NFT_DYNSET_F_INV = 1;
    private static final int NFT_DYNSET_F_EXPR = 2;

    public Dynset {
        each = List.copyOf(each);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        writer.string(NFTA_DYNSET_SET_NAME, set);
        writer.u32be(NFTA_DYNSET_OP, operation);
        Registers.encode(writer, NFTA_DYNSET_SREG_KEY, source);
        data.ifPresent(register -> Registers.encode(writer, NFTA_DYNSET_SREG_DATA, register));
        if (timeout != 0) {
            writer.u64be(NFTA_DYNSET_TIMEOUT, timeout);
        }
        int flags = (inverted ? NFT_DYNSET_F_INV : 0) | (each.size() > 1 ? NFT_DYNSET_F_EXPR : 0);
        if (flags != 0) {
            writer.u32be(NFTA_DYNSET_FLAGS, flags);
        }
        if (each.size() == 1) {
            writer.nested(NFTA_DYNSET_EXPR, each.get(0)::encode);
        } else if (!each.isEmpty()) {
            writer.nested(
                    NFTA_DYNSET_EXPRESSIONS, list -> each.forEach(one -> list.nested(NFTA_LIST_ELEM, one::encode)));
        }
    }

    static Dynset decode(Attributes data) throws CodecException {
        List<Expression> each = new ArrayList<>();
        if (data.has(NFTA_DYNSET_EXPR)) {
            each.add(decodeInner(data.nested(NFTA_DYNSET_EXPR)));
        }
        for (Payload one : data.nested(NFTA_DYNSET_EXPRESSIONS).all(NFTA_LIST_ELEM)) {
            each.add(decodeInner(one.attributes(0)));
        }
        return new Dynset(
                data.string(NFTA_DYNSET_SET_NAME),
                data.u32be(NFTA_DYNSET_OP, 0),
                Registers.decode(data, NFTA_DYNSET_SREG_KEY),
                Registers.decodeOptional(data, NFTA_DYNSET_SREG_DATA),
                data.u64be(NFTA_DYNSET_TIMEOUT, 0),
                (data.u32be(NFTA_DYNSET_FLAGS, 0) & NFT_DYNSET_F_INV) != 0,
                each);
    }

    /** The kernel does not nest a dynset in a dynset. */
    private static Expression decodeInner(Attributes attributes) throws CodecException {
        String name = attributes.string(NFTA_EXPR_NAME);
        return name.equals(NAME) ? new Unsupported(name) : Expression.decode(attributes);
    }
}
