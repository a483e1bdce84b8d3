package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.nft.expression.Bitwise;
import io.ipipou.backend.netlink.nft.expression.Bytes;
import io.ipipou.backend.netlink.nft.expression.Compare;
import io.ipipou.backend.netlink.nft.expression.Counter;
import io.ipipou.backend.netlink.nft.expression.Dynset;
import io.ipipou.backend.netlink.nft.expression.Expression;
import io.ipipou.backend.netlink.nft.expression.Limit;
import io.ipipou.backend.netlink.nft.expression.Lookup;
import io.ipipou.backend.netlink.nft.expression.Notrack;
import io.ipipou.backend.netlink.nft.expression.PayloadStore;
import io.ipipou.backend.netlink.nft.expression.Queue;
import io.ipipou.backend.netlink.nft.expression.Verdict;
import io.ipipou.spi.backend.NftLimits;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Translates statements to expressions, the same as nft does. */
final class RuleWriter {

    /** Offset of the checksum in the IPv4 header. */
    private static final int HEADER_CHECKSUM = 10;

    private final List<Expression> expressions = new ArrayList<>();

    private RuleWriter() {}

    /** @param rule one that {@link NftLimits} allows */
    static List<Expression> expressions(NftRule rule) {
        RuleWriter writer = new RuleWriter();
        rule.statements().forEach(writer::add);
        return writer.expressions;
    }

    private void add(NftStatement statement) {
        if (statement instanceof NftStatement.Compare compare) {
            compare(compare);
        } else if (statement instanceof NftStatement.Lookup lookup) {
            load(lookup.key());
            expressions.add(new Lookup(lookup.set(), Expression.FIRST, Optional.empty(), !lookup.member()));
        } else if (statement instanceof NftStatement.Rewrite rewrite) {
            rewrite(rewrite);
        } else if (statement instanceof NftStatement.RateOver rate) {
            expressions.add(limit(rate));
        } else if (statement instanceof NftStatement.RateOverByKey rate) {
            load(rate.key());
            expressions.add(new Dynset(
                    rate.set(),
                    Dynset.UPDATE,
                    Expression.FIRST,
                    Optional.empty(),
                    0,
                    false,
                    List.of(limit(rate.rate()))));
        } else {
            expressions.add(simple(statement));
        }
    }

    private static Expression simple(NftStatement statement) {
        if (statement instanceof NftStatement.Counter) {
            return new Counter(0, 0);
        } else if (statement instanceof NftStatement.Notrack) {
            return new Notrack();
        } else if (statement instanceof NftStatement.Queue queue) {
            return new Queue(queue.number(), 1, 0);
        } else if (statement instanceof NftStatement.Accept) {
            return new Verdict(Verdict.ACCEPT, "");
        } else if (statement instanceof NftStatement.Drop) {
            return new Verdict(Verdict.DROP, "");
        } else if (statement instanceof NftStatement.Jump jump) {
            return new Verdict(Verdict.JUMP, jump.chain());
        } else if (statement instanceof NftStatement.Goto target) {
            return new Verdict(Verdict.GOTO, target.chain());
        }
        throw new IllegalArgumentException("cannot write the statement " + statement);
    }

    private void compare(NftStatement.Compare compare) {
        PayloadField field = PayloadField.of(compare.field());
        expressions.add(field.load(Expression.FIRST));
        int value = compare.value();
        if (compare.field() == NftField.INNER_VERSION) {
            expressions.add(new Bitwise(
                    Expression.FIRST, Expression.FIRST, PayloadField.VERSION_MASK, Bytes.number(0, field.length())));
            value <<= PayloadField.VERSION_SHIFT;
        }
        int relation =
                switch (compare.relation()) {
                    case EQUAL -> Compare.EQ;
                    case NOT_EQUAL -> Compare.NEQ;
                    case AT_LEAST -> Compare.GTE;
                    case AT_MOST -> Compare.LTE;
                };
        expressions.add(new Compare(Expression.FIRST, relation, Bytes.number(value, field.length())));
    }

    private void rewrite(NftStatement.Rewrite rewrite) {
        load(rewrite.key());
        expressions.add(new Lookup(rewrite.map(), Expression.FIRST, Optional.of(Expression.FIRST), false));
        expressions.add(store(rewrite.field()));
    }

    /** Writes the first register to an address of the IP header. */
    static PayloadStore store(NftField field) {
        PayloadField target = PayloadField.of(field);
        return new PayloadStore(
                Expression.FIRST,
                target.base(),
                target.offset(),
                target.length(),
                PayloadStore.INET_CHECKSUM,
                HEADER_CHECKSUM,
                PayloadStore.PSEUDO_HEADER);
    }

    /** Each field has its own 4-byte register, as in the keys of sets. */
    private void load(List<NftField> key) {
        for (int i = 0; i < key.size(); i++) {
            expressions.add(PayloadField.of(key.get(i)).load(Expression.FIRST + i));
        }
    }

    private static Limit limit(NftStatement.RateOver rate) {
        return new Limit(rate.packetsPerSecond(), 1, rate.burst(), Limit.PACKETS, true);
    }
}
