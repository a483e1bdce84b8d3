package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.nft.RegisterValues.Field;
import io.ipipou.backend.netlink.nft.RegisterValues.Mapped;
import io.ipipou.backend.netlink.nft.RegisterValues.Unrecognized;
import io.ipipou.backend.netlink.nft.RegisterValues.Value;
import io.ipipou.backend.netlink.nft.RegisterValues.VersionByte;
import io.ipipou.backend.netlink.nft.expression.Bitwise;
import io.ipipou.backend.netlink.nft.expression.Bytes;
import io.ipipou.backend.netlink.nft.expression.Compare;
import io.ipipou.backend.netlink.nft.expression.Counter;
import io.ipipou.backend.netlink.nft.expression.Dynset;
import io.ipipou.backend.netlink.nft.expression.Expression;
import io.ipipou.backend.netlink.nft.expression.Limit;
import io.ipipou.backend.netlink.nft.expression.Lookup;
import io.ipipou.backend.netlink.nft.expression.MetaLoad;
import io.ipipou.backend.netlink.nft.expression.Notrack;
import io.ipipou.backend.netlink.nft.expression.PayloadLoad;
import io.ipipou.backend.netlink.nft.expression.PayloadStore;
import io.ipipou.backend.netlink.nft.expression.Queue;
import io.ipipou.backend.netlink.nft.expression.Verdict;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftStatement.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Translates a rule's expressions to statements, following values through whatever registers the rule uses. Expressions
 * that are not one of the statements become {@link NftStatement.Unknown}.
 */
final class RuleReader {

    private final Map<String, NftSet> sets;
    private final List<NftStatement> statements = new ArrayList<>();
    private final RegisterValues registers = new RegisterValues(value -> unknown(value.text() + " (unused)"));

    private RuleReader(Map<String, NftSet> sets) {
        this.sets = sets;
    }

    /** @param sets the table's, by name; they determine how many registers a key has */
    static NftRule rule(RuleMessage message, Map<String, NftSet> sets) {
        RuleReader reader = new RuleReader(sets);
        message.expressions().forEach(reader::read);
        reader.registers.reportUnread();
        return new NftRule(message.comment(), reader.statements);
    }

    private void unknown(String text) {
        statements.add(new NftStatement.Unknown(text));
    }

    private void read(Expression expression) {
        if (expression instanceof PayloadLoad load) {
            Optional<NftField> field = PayloadField.find(load.base(), load.offset(), load.length());
            String raw = raw(load.base(), load.offset(), load.length());
            registers.put(load.register(), loaded(field, raw), Integer.toUnsignedLong(load.length()));
        } else if (expression instanceof MetaLoad meta) {
            registers.put(meta.register(), loaded(PayloadField.findMeta(meta.key()), "meta " + meta.key()), 1);
        } else if (expression instanceof Bitwise bitwise) {
            mask(bitwise);
        } else if (expression instanceof Compare compare) {
            compare(compare);
        } else if (expression instanceof Lookup lookup) {
            lookUp(lookup);
        } else if (expression instanceof PayloadStore store) {
            store(store);
        } else if (expression instanceof Limit limit) {
            statements.add(rate(limit));
        } else if (expression instanceof Dynset dynset) {
            dynset(dynset);
        } else {
            statements.add(simple(expression));
        }
    }

    private static Value loaded(Optional<NftField> field, String raw) {
        if (field.isEmpty()) {
            return new Unrecognized(raw);
        }
        return field.get() == NftField.INNER_VERSION ? new VersionByte() : new Field(field.get());
    }

    /** In nft's notation. */
    private static String raw(int base, int offset, int length) {
        String header =
                switch (base) {
                    case PayloadLoad.LINK_HEADER -> "ll";
                    case PayloadLoad.NETWORK_HEADER -> "nh";
                    case PayloadLoad.TRANSPORT_HEADER -> "th";
                    default -> "header " + base;
                };
        return "@" + header + "," + 8L * offset + "," + 8L * length;
    }

    private void mask(Bitwise bitwise) {
        Value value = registers.get(bitwise.source());
        boolean version = value instanceof VersionByte
                && bitwise.mask().equals(PayloadField.VERSION_MASK)
                && bitwise.xor().equals(Bytes.number(0, 1));
        registers.put(
                bitwise.target(),
                version
                        ? new Field(NftField.INNER_VERSION)
                        : new Unrecognized(value.text() + " & " + bitwise.mask() + " ^ " + bitwise.xor()),
                bitwise.mask().length());
    }

    private void compare(Compare compare) {
        Value value = registers.get(compare.register());
        Optional<Relation> relation = relation(compare.relation());
        if (value instanceof Field field && relation.isPresent()) {
            Optional<Integer> number = number(field.field(), compare.value());
            if (number.isPresent()) {
                statements.add(new NftStatement.Compare(field.field(), relation.get(), number.get()));
                return;
            }
        }
        String sign = relation.map(Relation::toString).orElse(compare.relation() == Compare.LT ? "<" : ">");
        unknown(value.text() + " " + sign + " " + compare.value());
    }

    private static Optional<Relation> relation(int number) {
        return Optional.ofNullable(
                switch (number) {
                    case Compare.EQ -> Relation.EQUAL;
                    case Compare.NEQ -> Relation.NOT_EQUAL;
                    case Compare.LTE -> Relation.AT_MOST;
                    case Compare.GTE -> Relation.AT_LEAST;
                    default -> null;
                });
    }

    private static Optional<Integer> number(NftField field, Bytes value) {
        int length = PayloadField.of(field).length();
        if (value.length() != length) {
            return Optional.empty();
        }
        int number = value.unsigned(0, length);
        if (field != NftField.INNER_VERSION) {
            return Optional.of(number);
        }
        int shift = PayloadField.VERSION_SHIFT;
        return number >>> shift << shift == number ? Optional.of(number >>> shift) : Optional.empty();
    }

    private void lookUp(Lookup lookup) {
        Optional<List<NftField>> key = key(lookup.set(), lookup.source());
        if (key.isEmpty()
                || lookup.target()
                        .filter(target -> target == Expression.VERDICT)
                        .isPresent()) {
            unknown((lookup.inverted() ? "!= @" : "@") + lookup.set());
        } else if (lookup.target().isPresent()) {
            registers.put(lookup.target().get(), new Mapped(key.get(), lookup.set()), 4);
        } else {
            statements.add(new NftStatement.Lookup(key.get(), !lookup.inverted(), lookup.set()));
        }
    }

    /** The fields in the registers of a set's key; empty if one of them holds something else. */
    private Optional<List<NftField>> key(String set, int first) {
        int parts = sets.containsKey(set) ? sets.get(set).key().size() : 1;
        List<NftField> fields = new ArrayList<>();
        for (int register = first; register < first + parts; register++) {
            Value value = registers.get(register);
            if (value instanceof Field field) {
                fields.add(field.field());
            } else {
                unknown(value.text());
            }
        }
        return sets.containsKey(set) && fields.size() == parts ? Optional.of(fields) : Optional.empty();
    }

    private void store(PayloadStore store) {
        Value value = registers.get(store.register());
        Optional<NftField> field = PayloadField.find(store.base(), store.offset(), store.length());
        boolean supported = field.filter(RuleReader::isAddress).isPresent()
                && store.checksum() == PayloadStore.INET_CHECKSUM
                && store.equals(RuleWriter.store(field.get()).withRegister(store.register()));
        if (supported && value instanceof Mapped mapped) {
            statements.add(new NftStatement.Rewrite(field.get(), mapped.key(), mapped.map()));
        } else {
            unknown(field.map(NftField::toString).orElseGet(() -> raw(store.base(), store.offset(), store.length()))
                    + " set " + value.text());
        }
    }

    private static boolean isAddress(NftField field) {
        return field == NftField.IP_SADDR || field == NftField.IP_DADDR;
    }

    private static NftStatement rate(Limit limit) {
        boolean supported = limit.over()
                && limit.unit() == 1
                && limit.type() == Limit.PACKETS
                && limit.rate() > 0
                && limit.rate() <= Integer.MAX_VALUE;
        return supported
                ? new NftStatement.RateOver((int) limit.rate(), limit.burst())
                : new NftStatement.Unknown("limit rate " + (limit.over() ? "over " : "")
                        + Long.toUnsignedString(limit.rate()) + (limit.type() == Limit.PACKETS ? " packets" : " bytes")
                        + "/"
                        + limit.unit() + "s burst " + Integer.toUnsignedString(limit.burst()));
    }

    private void dynset(Dynset dynset) {
        Optional<List<NftField>> key = key(dynset.set(), dynset.source());
        Optional<NftStatement.RateOver> rate = dynset.each().size() == 1
                        && dynset.each().get(0) instanceof Limit limit
                        && rate(limit) instanceof NftStatement.RateOver over
                ? Optional.of(over)
                : Optional.empty();
        boolean supported = dynset.operation() == Dynset.UPDATE
                && dynset.data().isEmpty()
                && dynset.timeout() == 0
                && !dynset.inverted();
        if (supported && key.isPresent() && rate.isPresent()) {
            statements.add(new NftStatement.RateOverByKey(dynset.set(), key.get(), rate.get()));
        } else {
            dynset.data().ifPresent(registers::get);
            unknown("dynset @" + dynset.set() + " "
                    + dynset.each().stream().map(Expression::name).collect(Collectors.joining(" ")));
        }
    }

    private static NftStatement simple(Expression expression) {
        if (expression instanceof Counter) {
            return new NftStatement.Counter();
        } else if (expression instanceof Notrack) {
            return new NftStatement.Notrack();
        } else if (expression instanceof Queue queue && queue.total() == 1 && queue.flags() == 0) {
            return new NftStatement.Queue(queue.number());
        } else if (expression instanceof Queue queue) {
            return new NftStatement.Unknown("queue num " + queue.number() + "-" + (queue.number() + queue.total() - 1)
                    + (queue.flags() == 0 ? "" : " flags " + queue.flags()));
        } else if (expression instanceof Verdict verdict) {
            return verdict(verdict);
        }
        return new NftStatement.Unknown(expression.name());
    }

    private static NftStatement verdict(Verdict verdict) {
        return switch (verdict.code()) {
            case Verdict.ACCEPT -> new NftStatement.Accept();
            case Verdict.DROP -> new NftStatement.Drop();
            case Verdict.JUMP -> new NftStatement.Jump(verdict.chain());
            case Verdict.GOTO -> new NftStatement.Goto(verdict.chain());
            case Verdict.RETURN -> new NftStatement.Unknown("return");
            case Verdict.CONTINUE -> new NftStatement.Unknown("continue");
            default -> new NftStatement.Unknown("verdict " + verdict.code());
        };
    }
}
