package io.ipipou.backend.netlink.nft;

import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftStatement.Relation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a rule means: its expressions are followed through the registers, whichever they are. What is no statement of ours
 * becomes {@link NftStatement.Unknown}.
 */
final class RuleReader {

    /** What is in a register. */
    private sealed interface Value {

        /** For people. */
        String text();
    }

    private record Field(NftField field) implements Value {
        @Override
        public String text() {
            return field.toString();
        }
    }

    /** The octet that {@link NftField#INNER_VERSION} is the half of. */
    private record VersionOctet() implements Value {
        @Override
        public String text() {
            return "@th,64,8";
        }
    }

    private record Mapped(List<NftField> key, String map) implements Value {
        @Override
        public String text() {
            return key.stream().map(NftField::toString).collect(Collectors.joining(" . ")) + " map @" + map;
        }
    }

    private record Unclear(String text) implements Value {}

    private final Map<String, NftSet> sets;
    private final List<NftStatement> statements = new ArrayList<>();
    private final Map<Integer, Value> registers = new HashMap<>();
    private final Set<Integer> unused = new TreeSet<>();

    private RuleReader(Map<String, NftSet> sets) {
        this.sets = sets;
    }

    /** @param sets the table's, by name; how many registers a key takes is known from them */
    static NftRule rule(RuleMessage message, Map<String, NftSet> sets) {
        RuleReader reader = new RuleReader(sets);
        message.expressions().forEach(reader::follow);
        // A load of what the packet has not got ends a rule, too.
        List.copyOf(reader.unused).forEach(reader::dismiss);
        return new NftRule(message.comment(), reader.statements);
    }

    private void unknown(String text) {
        statements.add(new NftStatement.Unknown(text));
    }

    private void follow(Expression expression) {
        if (expression instanceof Expression.Load load) {
            put(
                    load.register(),
                    PayloadField.field(load.base(), load.offset(), load.length())
                            .map(RuleReader::loaded)
                            .orElseGet(() -> new Unclear(raw(load.base(), load.offset(), load.length()))),
                    Integer.toUnsignedLong(load.length()));
        } else if (expression instanceof Expression.Meta meta) {
            put(
                    meta.register(),
                    PayloadField.meta(meta.key())
                            .map(RuleReader::loaded)
                            .orElseGet(() -> new Unclear("meta " + meta.key())),
                    1);
        } else if (expression instanceof Expression.Bitwise bitwise) {
            mask(bitwise);
        } else if (expression instanceof Expression.Compare compare) {
            compare(compare);
        } else if (expression instanceof Expression.Lookup lookup) {
            lookUp(lookup);
        } else if (expression instanceof Expression.Store store) {
            store(store);
        } else if (expression instanceof Expression.Limit limit) {
            statements.add(rate(limit));
        } else if (expression instanceof Expression.Dynset dynset) {
            dynset(dynset);
        } else {
            statements.add(simple(expression));
        }
    }

    private static Value loaded(NftField field) {
        return field == NftField.INNER_VERSION ? new VersionOctet() : new Field(field);
    }

    private static String raw(int base, int offset, int length) {
        String header =
                switch (base) {
                    case 0 -> "ll";
                    case Expression.Load.NETWORK -> "nh";
                    case Expression.Load.TRANSPORT -> "th";
                    default -> "header " + base;
                };
        return "@" + header + "," + 8L * offset + "," + 8L * length;
    }

    /** @param octets that the value takes, from the register's first on */
    private void put(int register, Value value, long octets) {
        long end = Math.min(register + (octets + 3) / 4, Expression.END);
        for (int i = register; i < end; i++) {
            if (unused.contains(i)) {
                dismiss(i);
            }
            registers.put(i, i == register ? value : new Unclear("the rest of " + value.text()));
        }
        unused.add(register);
    }

    private void dismiss(int register) {
        unused.remove(register);
        unknown(get(register).text() + " for nothing");
    }

    private Value get(int register) {
        unused.remove(register);
        return registers.getOrDefault(register, new Unclear("register " + register));
    }

    private void mask(Expression.Bitwise bitwise) {
        Value value = get(bitwise.source());
        boolean version = value instanceof VersionOctet
                && bitwise.mask().equals(PayloadField.VERSION_MASK)
                && bitwise.xor().equals(Bytes.number(0, 1));
        put(
                bitwise.target(),
                version
                        ? new Field(NftField.INNER_VERSION)
                        : new Unclear(value.text() + " & " + bitwise.mask() + " ^ " + bitwise.xor()),
                bitwise.mask().length());
    }

    private void compare(Expression.Compare compare) {
        Value value = get(compare.register());
        Optional<Relation> relation = relation(compare.relation());
        if (value instanceof Field field && relation.isPresent()) {
            Optional<Integer> number = number(field.field(), compare.value());
            if (number.isPresent()) {
                statements.add(new NftStatement.Compare(field.field(), relation.get(), number.get()));
                return;
            }
        }
        String sign = relation.map(Relation::toString).orElse(compare.relation() == 2 ? "<" : ">");
        unknown(value.text() + " " + sign + " " + compare.value());
    }

    private static Optional<Relation> relation(int number) {
        return Optional.ofNullable(
                switch (number) {
                    case Expression.Compare.EQ -> Relation.EQUAL;
                    case Expression.Compare.NEQ -> Relation.NOT_EQUAL;
                    case Expression.Compare.LTE -> Relation.AT_MOST;
                    case Expression.Compare.GTE -> Relation.AT_LEAST;
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

    private void lookUp(Expression.Lookup lookup) {
        Optional<List<NftField>> key = key(lookup.set(), lookup.source());
        if (key.isEmpty()
                || lookup.target()
                        .filter(target -> target == Expression.VERDICT)
                        .isPresent()) {
            unknown((lookup.inverted() ? "!= @" : "@") + lookup.set());
        } else if (lookup.target().isPresent()) {
            put(lookup.target().get(), new Mapped(key.get(), lookup.set()), 4);
        } else {
            statements.add(new NftStatement.Lookup(key.get(), !lookup.inverted(), lookup.set()));
        }
    }

    /** The fields that a set's key is made of from the register on; empty when it has something else as well. */
    private Optional<List<NftField>> key(String set, int first) {
        int parts = sets.containsKey(set) ? sets.get(set).key().size() : 1;
        List<NftField> fields = new ArrayList<>();
        for (int register = first; register < first + parts; register++) {
            Value value = get(register);
            if (value instanceof Field field) {
                fields.add(field.field());
            } else {
                unknown(value.text());
            }
        }
        return sets.containsKey(set) && fields.size() == parts ? Optional.of(fields) : Optional.empty();
    }

    private void store(Expression.Store store) {
        Value value = get(store.register());
        Optional<NftField> field = PayloadField.field(store.base(), store.offset(), store.length());
        boolean ours = field.filter(RuleReader::isAddress).isPresent()
                && store.checksum() == Expression.Store.INET_CHECKSUM
                && store.equals(RuleWriter.store(field.get()).from(store.register()));
        if (ours && value instanceof Mapped mapped) {
            statements.add(new NftStatement.Rewrite(field.get(), mapped.key(), mapped.map()));
        } else {
            unknown(field.map(NftField::toString).orElseGet(() -> raw(store.base(), store.offset(), store.length()))
                    + " set " + value.text());
        }
    }

    private static boolean isAddress(NftField field) {
        return field == NftField.IP_SADDR || field == NftField.IP_DADDR;
    }

    private static NftStatement rate(Expression.Limit limit) {
        boolean ours = limit.over()
                && limit.unit() == 1
                && limit.type() == Expression.Limit.PACKETS
                && limit.rate() > 0
                && limit.rate() <= Integer.MAX_VALUE;
        return ours
                ? new NftStatement.RateOver((int) limit.rate(), limit.burst())
                : new NftStatement.Unknown("limit rate " + (limit.over() ? "over " : "")
                        + Long.toUnsignedString(limit.rate()) + (limit.type() == 0 ? " packets" : " bytes") + "/"
                        + limit.unit() + "s burst " + Integer.toUnsignedString(limit.burst()));
    }

    private void dynset(Expression.Dynset dynset) {
        Optional<List<NftField>> key = key(dynset.set(), dynset.source());
        Optional<NftStatement.RateOver> rate = dynset.each().size() == 1
                        && dynset.each().get(0) instanceof Expression.Limit limit
                        && rate(limit) instanceof NftStatement.RateOver over
                ? Optional.of(over)
                : Optional.empty();
        boolean ours = dynset.operation() == Expression.Dynset.UPDATE
                && dynset.data().isEmpty()
                && dynset.timeout() == 0
                && !dynset.inverted();
        if (ours && key.isPresent() && rate.isPresent()) {
            statements.add(new NftStatement.RateOverByKey(dynset.set(), key.get(), rate.get()));
        } else {
            dynset.data().ifPresent(this::get);
            unknown("dynset @" + dynset.set() + " "
                    + dynset.each().stream().map(Expression::name).collect(Collectors.joining(" ")));
        }
    }

    private static NftStatement simple(Expression expression) {
        if (expression instanceof Expression.Counter) {
            return new NftStatement.Counter();
        } else if (expression instanceof Expression.Notrack) {
            return new NftStatement.Notrack();
        } else if (expression instanceof Expression.Queue queue && queue.total() == 1 && queue.flags() == 0) {
            return new NftStatement.Queue(queue.number());
        } else if (expression instanceof Expression.Queue queue) {
            return new NftStatement.Unknown("queue num " + queue.number() + "-" + (queue.number() + queue.total() - 1)
                    + (queue.flags() == 0 ? "" : " flags " + queue.flags()));
        } else if (expression instanceof Expression.Verdict verdict) {
            return verdict(verdict);
        }
        return new NftStatement.Unknown(expression.name());
    }

    private static NftStatement verdict(Expression.Verdict verdict) {
        return switch (verdict.code()) {
            case Expression.Verdict.ACCEPT -> new NftStatement.Accept();
            case Expression.Verdict.DROP -> new NftStatement.Drop();
            case Expression.Verdict.JUMP -> new NftStatement.Jump(verdict.chain());
            case Expression.Verdict.GOTO -> new NftStatement.Goto(verdict.chain());
            case Expression.Verdict.RETURN -> new NftStatement.Unknown("return");
            case Expression.Verdict.CONTINUE -> new NftStatement.Unknown("continue");
            default -> new NftStatement.Unknown("verdict " + verdict.code());
        };
    }
}
