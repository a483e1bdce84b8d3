package io.ipipou.backend.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.backend.netlink.CodecProperties;
import io.ipipou.backend.netlink.nft.expression.Expression;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.backend.NftLimits;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NftCodecTest extends CodecProperties {

    private static final List<Codec<?>> CODECS = NftArbitraries.codecs();

    private static final Map<String, NftSet> SETS = IntStream.range(0, NftArbitraries.SETS.size())
            .mapToObj(i -> NftSet.set(
                    NftArbitraries.SETS.get(i),
                    Collections.nCopies(i + 1, NftType.IPV4_ADDR).toArray(NftType[]::new)))
            .collect(Collectors.toMap(NftSet::name, set -> set));

    @Override
    protected List<Codec<?>> all() {
        return CODECS;
    }

    @Provide
    Arbitrary<NftRule> rules() {
        return NftArbitraries.rules();
    }

    @Property(tries = 2000)
    void ruleIsReadAsItWasWritten(@ForAll("rules") NftRule rule) throws CodecException {
        NftTable table = new NftTable("t", List.of(), List.of(new NftChain("c", Optional.empty(), List.of(rule))));
        assertThat(NftLimits.validate(Operation.create(table))).isEmpty();
        RuleMessage message = new RuleMessage("t", "c", RuleWriter.expressions(rule), rule.comment());

        RuleMessage read = RuleMessage.decode(Payload.of(encoded(message)));
        assertThat(read).isEqualTo(message);
        assertThat(RuleReader.rule(read, SETS)).isEqualTo(rule);
    }

    @Provide
    Arbitrary<List<Expression>> expressions() {
        return NftArbitraries.expressions().list().ofMaxSize(10);
    }

    /** A rule that can be written again then reads the same. */
    @Property(tries = 2000)
    void anyExpressionsCanBeRead(@ForAll("expressions") List<Expression> expressions) {
        NftRule rule = RuleReader.rule(new RuleMessage("t", "c", expressions, ""), SETS);
        NftTable table = new NftTable("t", List.of(), List.of(new NftChain("c", Optional.empty(), List.of(rule))));

        assertThat(rule.toString()).doesNotContain("null");
        if (NftLimits.validate(Operation.create(table)).isEmpty()) {
            RuleMessage again = new RuleMessage("t", "c", RuleWriter.expressions(rule), "");
            assertThat(RuleReader.rule(again, SETS)).isEqualTo(rule);
        }
    }
}
