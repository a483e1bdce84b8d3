package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.CodecProperties.Codec;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftStatement;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Any message of nftables, and any rule. */
final class AnyNft {

    /** An expression alone. */
    record Alone(Expression expression) implements MessageBody {
        @Override
        public void encode(MessageWriter writer) {
            expression.encode(writer);
        }

        static Alone decode(Payload payload) throws CodecException {
            return new Alone(Expression.decode(payload.attributes(0)));
        }
    }

    /** The names and parts of keys of the sets that {@link #rules} look into. */
    static final List<String> SETS = List.of("one", "two", "three");

    private AnyNft() {}

    static List<Codec<?>> codecs() {
        return List.of(
                new Codec<>("table", tables(), TableMessage::decode),
                new Codec<>("chain", chains(), ChainMessage::decode),
                new Codec<>("set", sets(), SetMessage::decode),
                new Codec<>("rule", ruleMessages(), RuleMessage::decode),
                new Codec<>("elements", elements(), ElementMessage::decode),
                new Codec<>("object", objects(), NamedObject::decode),
                new Codec<>("expression", expressions().map(Alone::new), Alone::decode));
    }

    private static Arbitrary<Integer> numbers() {
        return Arbitraries.integers();
    }

    private static Arbitrary<Integer> registers() {
        return Arbitraries.integers().between(Expression.FIRST, Expression.END - 1);
    }

    private static Arbitrary<Integer> ports() {
        return Arbitraries.integers().between(0, 0xffff);
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings().withChars("az09_-. é語").ofMinLength(1).ofMaxLength(12);
    }

    private static Arbitrary<Bytes> octets(int least) {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(least)
                .ofMaxSize(20)
                .map(Bytes::new);
    }

    private static Arbitrary<TableMessage> tables() {
        return Combinators.combine(names(), numbers()).as(TableMessage::new);
    }

    private static Arbitrary<ChainMessage> chains() {
        Arbitrary<ChainMessage.Hook> hooks =
                Combinators.combine(names(), numbers(), numbers(), numbers()).as(ChainMessage.Hook::new);
        return Combinators.combine(names(), names(), hooks.optional(), numbers().map(flags -> flags & ~1))
                .as(ChainMessage::new);
    }

    /** Stateful ones are not written. */
    private static Arbitrary<SetMessage> sets() {
        return Combinators.combine(
                        names(), names(), numbers(), numbers(), numbers(), numbers(), numbers(), Arbitraries.longs())
                .as((table, name, flags, key, length, data, size, timeout) -> new SetMessage(
                        table, name, flags, key, length, data, data == 0 ? 0 : ~length, size, timeout, false));
    }

    private static Arbitrary<RuleMessage> ruleMessages() {
        return Combinators.combine(
                        names(),
                        names(),
                        expressions().list().ofMaxSize(8),
                        Arbitraries.oneOf(names(), Arbitraries.just("")))
                .as(RuleMessage::new);
    }

    private static Arbitrary<ElementMessage> elements() {
        Arbitrary<ElementMessage.Element> each = Combinators.combine(
                        octets(1), octets(0), Arbitraries.longs(), Arbitraries.longs())
                .as((key, data, timeout, expiration) ->
                        new ElementMessage.Element(key, data, timeout, expiration, true));
        return Combinators.combine(names(), names(), each.list().ofMaxSize(5)).as(ElementMessage::new);
    }

    private static Arbitrary<NamedObject> objects() {
        return Combinators.combine(names(), names(), numbers()).as(NamedObject::new);
    }

    static Arbitrary<Expression> expressions() {
        Arbitrary<Expression> dynsets = Combinators.combine(
                        names(),
                        numbers(),
                        registers(),
                        registers().optional(),
                        Arbitraries.longs(),
                        Arbitraries.of(true, false),
                        simpleExpressions().list().ofMaxSize(3))
                .as(Expression.Dynset::new);
        return Arbitraries.oneOf(simpleExpressions(), dynsets);
    }

    private static Arbitrary<Expression> simpleExpressions() {
        Arbitrary<Expression> loads = Combinators.combine(registers(), numbers(), numbers(), numbers())
                .as(Expression.Load::new);
        Arbitrary<Expression> stores = Combinators.combine(
                        registers(), numbers(), numbers(), numbers(), numbers(), numbers(), numbers())
                .as(Expression.Store::new);
        Arbitrary<Expression> metas =
                Combinators.combine(registers(), numbers()).as(Expression.Meta::new);
        Arbitrary<Expression> compares =
                Combinators.combine(registers(), numbers(), octets(0)).as(Expression.Compare::new);
        Arbitrary<Expression> masks = Combinators.combine(registers(), registers(), octets(0), octets(0))
                .as(Expression.Bitwise::new);
        Arbitrary<Expression> lookups = Combinators.combine(
                        names(), registers(), registers().optional(), Arbitraries.of(true, false))
                .as(Expression.Lookup::new);
        Arbitrary<Expression> verdicts = Combinators.combine(
                        numbers(), Arbitraries.oneOf(names(), Arbitraries.just("")))
                .as(Expression.Verdict::new);
        Arbitrary<Expression> queues =
                Combinators.combine(ports(), ports(), ports()).as(Expression.Queue::new);
        Arbitrary<Expression> counters =
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(Expression.Counter::new);
        Arbitrary<Expression> limits = Combinators.combine(
                        Arbitraries.longs(), Arbitraries.longs(), numbers(), numbers(), Arbitraries.of(true, false))
                .as(Expression.Limit::new);
        return Arbitraries.oneOf(List.of(
                loads,
                stores,
                metas,
                compares,
                masks,
                lookups,
                verdicts,
                queues,
                counters,
                limits,
                Arbitraries.of(new Expression.Notrack(), new Expression.Other("ct"))));
    }

    /** Of the statements that can be written, in any order. */
    static Arbitrary<NftRule> rules() {
        Arbitrary<NftStatement> compares = Combinators.combine(
                        Arbitraries.of(NftField.class), Arbitraries.of(NftStatement.Relation.class), numbers())
                .as((field, relation, number) -> new NftStatement.Compare(field, relation, number & mask(field)));
        Arbitrary<NftStatement.RateOver> rates = Combinators.combine(
                        Arbitraries.integers().greaterOrEqual(1),
                        Arbitraries.integers().greaterOrEqual(1))
                .as(NftStatement.RateOver::new);
        Arbitrary<NftStatement> keyed = keys().flatMap(key -> Arbitraries.oneOf(
                Arbitraries.of(true, false).map(member -> new NftStatement.Lookup(key, member, set(key))),
                Arbitraries.of(NftField.IP_SADDR, NftField.IP_DADDR)
                        .map(field -> new NftStatement.Rewrite(field, key, set(key))),
                rates.map(rate -> new NftStatement.RateOverByKey(set(key), key, rate))));
        Arbitrary<NftStatement> others = Arbitraries.oneOf(
                rates.map(rate -> rate),
                ports().map(NftStatement.Queue::new),
                names().map(NftStatement.Jump::new),
                names().map(NftStatement.Goto::new),
                Arbitraries.of(
                        new NftStatement.Counter(),
                        new NftStatement.Notrack(),
                        new NftStatement.Accept(),
                        new NftStatement.Drop()));
        return Combinators.combine(
                        names(),
                        Arbitraries.oneOf(compares, keyed, others).list().ofMaxSize(6))
                .as(NftRule::new);
    }

    private static Arbitrary<List<NftField>> keys() {
        return Arbitraries.of(NftField.class)
                .filter(field -> field != NftField.INNER_VERSION)
                .list()
                .ofMinSize(1)
                .ofMaxSize(SETS.size());
    }

    private static String set(List<NftField> key) {
        return SETS.get(key.size() - 1);
    }

    private static int mask(NftField field) {
        int bits =
                field == NftField.INNER_VERSION ? 4 : 8 * PayloadField.of(field).length();
        return bits == 32 ? -1 : (1 << bits) - 1;
    }
}
