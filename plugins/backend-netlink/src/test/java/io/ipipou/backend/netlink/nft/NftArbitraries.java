package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.CodecProperties.Codec;
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
import io.ipipou.backend.netlink.nft.expression.Unsupported;
import io.ipipou.backend.netlink.nft.expression.Verdict;
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

/** Generates messages of nftables and rules. */
final class NftArbitraries {

    /** A single expression. */
    record SingleExpression(Expression expression) implements MessageBody {
        @Override
        public void encode(MessageWriter writer) {
            expression.encode(writer);
        }

        static SingleExpression decode(Payload payload) throws CodecException {
            return new SingleExpression(Expression.decode(payload.attributes(0)));
        }
    }

    /** The sets that {@link #rules} look up: their keys have 1, 2 and 3 parts. */
    static final List<String> SETS = List.of("one", "two", "three");

    private NftArbitraries() {}

    static List<Codec<?>> codecs() {
        return List.of(
                Codec.of("table", 4, tables(), TableMessage::decode),
                Codec.of("chain", 4, chains(), ChainMessage::decode),
                Codec.of("set", 4, sets(), SetMessage::decode),
                Codec.of("rule", 4, ruleMessages(), RuleMessage::decode),
                Codec.of("elements", 4, elements(), ElementMessage::decode),
                Codec.of("object", 4, objects(), NamedObject::decode),
                Codec.unnamed(
                        "expression",
                        expressions().map(SingleExpression::new),
                        body -> body,
                        SingleExpression::decode));
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

    private static Arbitrary<Bytes> bytes(int least) {
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

    /** Stateful sets are never written. */
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
                        bytes(1), bytes(0), Arbitraries.longs(), Arbitraries.longs())
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
                .as(Dynset::new);
        return Arbitraries.oneOf(simpleExpressions(), dynsets);
    }

    private static Arbitrary<Expression> simpleExpressions() {
        Arbitrary<Expression> loads = Combinators.combine(registers(), numbers(), numbers(), numbers())
                .as(PayloadLoad::new);
        Arbitrary<Expression> stores = Combinators.combine(
                        registers(), numbers(), numbers(), numbers(), numbers(), numbers(), numbers())
                .as(PayloadStore::new);
        Arbitrary<Expression> metas =
                Combinators.combine(registers(), numbers()).as(MetaLoad::new);
        Arbitrary<Expression> compares =
                Combinators.combine(registers(), numbers(), bytes(0)).as(Compare::new);
        Arbitrary<Expression> masks = Combinators.combine(registers(), registers(), bytes(0), bytes(0))
                .as(Bitwise::new);
        Arbitrary<Expression> lookups = Combinators.combine(
                        names(), registers(), registers().optional(), Arbitraries.of(true, false))
                .as(Lookup::new);
        Arbitrary<Expression> verdicts = Combinators.combine(
                        numbers(), Arbitraries.oneOf(names(), Arbitraries.just("")))
                .as(Verdict::new);
        Arbitrary<Expression> queues =
                Combinators.combine(ports(), ports(), ports()).as(Queue::new);
        Arbitrary<Expression> counters =
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(Counter::new);
        Arbitrary<Expression> limits = Combinators.combine(
                        Arbitraries.longs(), Arbitraries.longs(), numbers(), numbers(), Arbitraries.of(true, false))
                .as(Limit::new);
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
                Arbitraries.of(new Notrack(), new Unsupported("ct"))));
    }

    /** Rules of statements that can be written, in any order. */
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
