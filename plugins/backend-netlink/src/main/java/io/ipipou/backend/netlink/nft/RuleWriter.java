package io.ipipou.backend.netlink.nft;

import io.ipipou.spi.backend.NftLimits;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The expressions of a rule, the same that nft makes of its text. */
final class RuleWriter {

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
            expressions.add(new Expression.Lookup(lookup.set(), Expression.FIRST, Optional.empty(), !lookup.member()));
        } else if (statement instanceof NftStatement.Rewrite rewrite) {
            rewrite(rewrite);
        } else if (statement instanceof NftStatement.RateOver rate) {
            expressions.add(limit(rate));
        } else if (statement instanceof NftStatement.RateOverByKey rate) {
            load(rate.key());
            expressions.add(new Expression.Dynset(
                    rate.set(),
                    Expression.Dynset.UPDATE,
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
            return new Expression.Counter(0, 0);
        } else if (statement instanceof NftStatement.Notrack) {
            return new Expression.Notrack();
        } else if (statement instanceof NftStatement.Queue queue) {
            return new Expression.Queue(queue.number(), 1, 0);
        } else if (statement instanceof NftStatement.Accept) {
            return new Expression.Verdict(Expression.Verdict.ACCEPT, "");
        } else if (statement instanceof NftStatement.Drop) {
            return new Expression.Verdict(Expression.Verdict.DROP, "");
        } else if (statement instanceof NftStatement.Jump jump) {
            return new Expression.Verdict(Expression.Verdict.JUMP, jump.chain());
        } else if (statement instanceof NftStatement.Goto away) {
            return new Expression.Verdict(Expression.Verdict.GOTO, away.chain());
        }
        throw new IllegalArgumentException("not a statement that can be written: " + statement);
    }

    private void compare(NftStatement.Compare compare) {
        PayloadField place = PayloadField.of(compare.field());
        expressions.add(place.load(Expression.FIRST));
        int value = compare.value();
        if (compare.field() == NftField.INNER_VERSION) {
            expressions.add(new Expression.Bitwise(
                    Expression.FIRST, Expression.FIRST, PayloadField.VERSION_MASK, Bytes.number(0, place.length())));
            value <<= PayloadField.VERSION_SHIFT;
        }
        int relation =
                switch (compare.relation()) {
                    case EQUAL -> Expression.Compare.EQ;
                    case NOT_EQUAL -> Expression.Compare.NEQ;
                    case AT_LEAST -> Expression.Compare.GTE;
                    case AT_MOST -> Expression.Compare.LTE;
                };
        expressions.add(new Expression.Compare(Expression.FIRST, relation, Bytes.number(value, place.length())));
    }

    private void rewrite(NftStatement.Rewrite rewrite) {
        load(rewrite.key());
        expressions.add(new Expression.Lookup(rewrite.map(), Expression.FIRST, Optional.of(Expression.FIRST), false));
        expressions.add(store(rewrite.field()));
    }

    /** From the first register, into an address of the IP header. */
    static Expression.Store store(NftField field) {
        PayloadField place = PayloadField.of(field);
        return new Expression.Store(
                Expression.FIRST,
                place.base(),
                place.offset(),
                place.length(),
                Expression.Store.INET_CHECKSUM,
                HEADER_CHECKSUM,
                Expression.Store.PSEUDO_HEADER);
    }

    /** Each field has a register of 4 octets, as in the keys of sets. */
    private void load(List<NftField> key) {
        for (int i = 0; i < key.size(); i++) {
            expressions.add(PayloadField.of(key.get(i)).load(Expression.FIRST + i));
        }
    }

    private static Expression.Limit limit(NftStatement.RateOver rate) {
        return new Expression.Limit(rate.packetsPerSecond(), 1, rate.burst(), Expression.Limit.PACKETS, true);
    }
}
