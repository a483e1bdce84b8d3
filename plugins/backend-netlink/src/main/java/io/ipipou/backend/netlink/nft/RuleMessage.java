package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.nft.expression.Expression;
import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule of a chain.
 *
 * @param comment empty for none
 */
record RuleMessage(String table, String chain, List<Expression> expressions, String comment) implements MessageBody {

    private static final int NFTA_RULE_CHAIN = 2;
    private static final int NFTA_RULE_EXPRESSIONS = 4;
    private static final int NFTA_RULE_USERDATA = 7;

    /** nft stores items of type, length and value with a rule: here a comment with a terminating NUL. */
    private static final int NFTNL_UDATA_RULE_COMMENT = 0;

    private static final AttributeNames NAMES = AttributeNames.ofMessage(
                    Nfnl.HEADER_LENGTH, "NFTA_RULE_", "TABLE 1, CHAIN 2, EXPRESSIONS 4, USERDATA 7")
            .inside(
                    NFTA_RULE_EXPRESSIONS,
                    AttributeNames.ofNested("NFTA_LIST_", "ELEM 1")
                            .inside(
                                    Expression.NFTA_LIST_ELEM,
                                    AttributeNames.ofNested("NFTA_EXPR_", "NAME 1, DATA 2")));

    RuleMessage {
        expressions = List.copyOf(expressions);
    }

    @Override
    public void encode(MessageWriter writer) {
        Nft.header(writer);
        writer.string(Nft.TABLE, table);
        writer.string(NFTA_RULE_CHAIN, chain);
        writer.nested(
                NFTA_RULE_EXPRESSIONS,
                list -> expressions.forEach(expression -> list.nested(Expression.NFTA_LIST_ELEM, expression::encode)));
        if (!comment.isEmpty()) {
            byte[] text = comment.getBytes(StandardCharsets.UTF_8);
            writer.attribute(NFTA_RULE_USERDATA, value -> value.u8(NFTNL_UDATA_RULE_COMMENT)
                    .u8(text.length + 1)
                    .bytes(text)
                    .u8(0));
        }
    }

    /** The body of a request to delete all rules of a table. */
    static MessageBody deletionIn(String table) {
        return NAMES.of(Nft.in(table));
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }

    static RuleMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        List<Expression> expressions = new ArrayList<>();
        for (Payload expression : attributes.nested(NFTA_RULE_EXPRESSIONS).all(Expression.NFTA_LIST_ELEM)) {
            expressions.add(Expression.decode(expression.attributes(0)));
        }
        return new RuleMessage(
                attributes.string(Nft.TABLE),
                attributes.string(NFTA_RULE_CHAIN),
                expressions,
                comment(attributes.bytes(NFTA_RULE_USERDATA)));
    }

    private static String comment(Payload userdata) throws CodecException {
        for (int at = 0; at < userdata.length(); at += 2 + userdata.u8(at + 1)) {
            if (userdata.u8(at) == NFTNL_UDATA_RULE_COMMENT) {
                return userdata.slice(at + 2, userdata.u8(at + 1)).string();
            }
        }
        return "";
    }
}
