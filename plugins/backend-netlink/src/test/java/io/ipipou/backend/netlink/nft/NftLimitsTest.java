package io.ipipou.backend.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftStatement.Relation;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.Resource;
import io.ipipou.testkit.SampleTable;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NftLimitsTest {

    private static final NftTable GATE = SampleTable.gate();
    private static final NftElement CALLER = NftElement.of("ipipou", "callers", NftValue.of(Ipv4.of("1.2.3.4")));

    private static NftTable table(NftStatement statement) {
        return table(new NftRule("", List.of(statement)));
    }

    private static NftTable table(NftRule rule) {
        return new NftTable("t", List.of(), List.of(new NftChain("c", Optional.empty(), List.of(rule))));
    }

    private static NftTable table(NftSet set) {
        return new NftTable("t", List.of(set), List.of());
    }

    private static String refusal(Resource resource) {
        return NftLimits.refuses(Operation.create(resource)).orElseThrow();
    }

    @Test
    void whatWasSeenOfAStrangerCannotBeWritten() {
        NftTable strange = table(new NftStatement.Unknown("masq"));

        assertThat(refusal(strange)).contains("cannot write 'masq'");
        assertThat(NftLimits.refuses(Operation.update(strange, table(new NftStatement.Drop()))))
                .isEmpty();
        assertThat(NftLimits.refuses(Operation.delete(strange))).isEmpty();
        assertThat(NftLimits.refuses(Operation.create(GATE))).isEmpty();
    }

    @Test
    void valuesHaveToFitTheirFields() {
        assertThat(refusal(table(new NftStatement.Compare(NftField.L4PROTO, Relation.EQUAL, 256))))
                .contains("meta l4proto 256");
        assertThat(refusal(table(new NftStatement.Compare(NftField.INNER_VERSION, Relation.EQUAL, 16))))
                .contains("@th,64,4 16");
        assertThat(refusal(table(new NftStatement.Compare(NftField.TH_DPORT, Relation.EQUAL, -1))))
                .contains("th dport");
        assertThat(NftLimits.refuses(
                        Operation.create(table(new NftStatement.Compare(NftField.IP_SADDR, Relation.EQUAL, -1)))))
                .isEmpty();
        assertThat(refusal(table(new NftStatement.Queue(65536)))).contains("queue num 65536");
        assertThat(refusal(table(new NftStatement.RateOver(0, 5)))).contains("limit rate over 0/second");
    }

    @Test
    void onlyAddressesAreRewrittenAndOnlyWholeOctetsLookedUp() {
        assertThat(refusal(table(new NftStatement.Rewrite(NftField.TH_SPORT, List.of(NftField.IP_SADDR), "m"))))
                .contains("th sport set");
        assertThat(refusal(table(new NftStatement.Lookup(List.of(NftField.INNER_VERSION), true, "s"))))
                .contains("@th,64,4 @s");
        assertThat(refusal(table(new NftStatement.RateOverByKey("s", List.of(), new NftStatement.RateOver(1, 1)))))
                .contains("update @s");
    }

    @Test
    void namesAndCommentsHaveAnEnd() {
        assertThat(refusal(table(new NftRule("é".repeat(64), List.of()))))
                .contains("128 bytes")
                .contains("127");
        assertThat(NftLimits.refuses(Operation.create(table(new NftRule("é".repeat(63) + "!", List.of())))))
                .isEmpty();
        assertThat(refusal(table(NftSet.set("s".repeat(256), NftType.IPV4_ADDR))))
                .contains("not a name");
        assertThat(refusal(new NftTable("", List.of(), List.of()))).contains("not a name");
    }

    @Test
    void setsThatNoKernelTakes() {
        NftType[] wide = Collections.nCopies(17, NftType.IPV4_ADDR).toArray(NftType[]::new);
        assertThat(refusal(table(NftSet.set("s", wide)))).contains("no such set: s");
        assertThat(refusal(table(NftSet.meter("s", new NftSet.Meter(0, Duration.ofSeconds(1)), NftType.IPV4_ADDR))))
                .contains("no such set: s");
        assertThat(refusal(table(NftSet.meter("s", new NftSet.Meter(1, Duration.ofNanos(1)), NftType.IPV4_ADDR))))
                .contains("no such set: s");
    }

    @Test
    void elementsKeepTheirKeys() {
        NftElement other = NftElement.of("ipipou", "callers", NftValue.of(Ipv4.of("1.2.3.5")));

        assertThat(NftLimits.refuses(Operation.update(CALLER, other))).isPresent();
        assertThat(NftLimits.refuses(Operation.update(CALLER, CALLER.to(NftValue.port(1)))))
                .isEmpty();
        assertThat(NftLimits.refuses(Operation.update(GATE, new NftTable("t", List.of(), List.of()))))
                .isPresent();
        assertThat(refusal(CALLER.keptFor(Optional.of(Duration.ofNanos(1))))).contains("no such element");
        assertThat(refusal(new NftElement("t", "s", List.of(), Optional.empty(), Optional.empty())))
                .contains("no such element");
    }
}
