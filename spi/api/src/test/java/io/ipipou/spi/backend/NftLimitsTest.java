package io.ipipou.spi.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.FouListener;
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
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NftLimitsTest {

    private static final NftElement CALLER = NftElement.of("ipipou", "callers", NftValue.of(Ipv4.of("1.2.3.4")));
    private static final List<NftField> SOURCE = List.of(NftField.IP_SADDR);

    private static NftTable table(NftStatement statement) {
        return table(new NftRule("", List.of(statement)));
    }

    private static NftTable table(NftRule rule) {
        return table(new NftChain("c", Optional.empty(), List.of(rule)));
    }

    private static NftTable table(NftChain chain) {
        return new NftTable("t", List.of(), List.of(chain));
    }

    private static NftTable table(NftSet set) {
        return new NftTable("t", List.of(set), List.of());
    }

    private static NftStatement compare(NftField field, int value) {
        return new NftStatement.Compare(field, Relation.EQUAL, value);
    }

    private static Optional<String> create(Resource resource) {
        return NftLimits.validate(Operation.create(resource));
    }

    private static String reason(Resource resource) {
        return create(resource).orElseThrow();
    }

    @Test
    void anUnknownStatementCanBeReplacedAndDeletedButNotWritten() {
        NftTable unknown = table(new NftStatement.Unknown("masq"));

        assertThat(reason(unknown)).contains("cannot have 'masq'");
        assertThat(NftLimits.validate(Operation.update(unknown, table(new NftStatement.Drop()))))
                .isEmpty();
        assertThat(NftLimits.validate(Operation.delete(unknown))).isEmpty();
    }

    @Test
    void otherKindsOfObjectHaveNoLimitsHere() {
        assertThat(create(FouListener.onPort(1))).isEmpty();
    }

    @Test
    void aValueMustFitItsField() {
        assertThat(reason(table(compare(NftField.L4PROTO, 256)))).contains("meta l4proto 256");
        assertThat(reason(table(compare(NftField.L4PROTO, -1)))).contains("meta l4proto");
        assertThat(reason(table(compare(NftField.INNER_VERSION, 16)))).contains("@th,64,4 16");
        assertThat(reason(table(compare(NftField.TH_DPORT, -1)))).contains("th dport");
        assertThat(reason(table(compare(NftField.TH_SPORT, 65536)))).contains("th sport");
        assertThat(create(table(compare(NftField.IP_SADDR, -1)))).isEmpty();
        assertThat(create(table(compare(NftField.TH_SPORT, 65535)))).isEmpty();
    }

    @Test
    void aQueueNumberHas16Bits() {
        assertThat(create(table(new NftStatement.Queue(65535)))).isEmpty();
        assertThat(reason(table(new NftStatement.Queue(65536)))).contains("queue num 65536");
        assertThat(create(table(new NftStatement.Queue(-1)))).isPresent();
    }

    @Test
    void aRateAndItsBurstArePositive() {
        assertThat(create(table(new NftStatement.RateOver(1, 1)))).isEmpty();
        assertThat(reason(table(new NftStatement.RateOver(0, 5)))).contains("limit rate over 0/second");
        assertThat(create(table(new NftStatement.RateOver(1, 0)))).isPresent();
        assertThat(create(table(new NftStatement.RateOverByKey("s", SOURCE, new NftStatement.RateOver(-1, 1)))))
                .isPresent();
    }

    @Test
    void onlyAddressesCanBeRewritten() {
        assertThat(create(table(new NftStatement.Rewrite(NftField.IP_DADDR, SOURCE, "m"))))
                .isEmpty();
        assertThat(reason(table(new NftStatement.Rewrite(NftField.TH_SPORT, SOURCE, "m"))))
                .contains("th sport set");
    }

    @Test
    void aKeyConsistsOfWholeBytes() {
        assertThat(reason(table(new NftStatement.Lookup(List.of(NftField.INNER_VERSION), true, "s"))))
                .contains("@th,64,4 @s");
        assertThat(reason(table(new NftStatement.RateOverByKey("s", List.of(), new NftStatement.RateOver(1, 1)))))
                .contains("update @s");
    }

    @Test
    void aCommentHasAtMost127Bytes() {
        assertThat(reason(table(new NftRule("é".repeat(64), List.of()))))
                .contains("128 bytes")
                .contains("127");
        assertThat(create(table(new NftRule("é".repeat(63) + "!", List.of())))).isEmpty();
    }

    @Test
    void aNameHas1To255Bytes() {
        assertThat(create(table(NftSet.set("s".repeat(255), NftType.IPV4_ADDR))))
                .isEmpty();
        for (String name : List.of("", "s".repeat(256), "é".repeat(128))) {
            assertThat(reason(table(NftSet.set(name, NftType.IPV4_ADDR)))).contains("1..255 bytes");
            assertThat(reason(table(new NftChain(name, Optional.empty(), List.of()))))
                    .contains("1..255 bytes");
            assertThat(reason(new NftTable(name, List.of(), List.of()))).contains("1..255 bytes");
        }
    }

    @Test
    void aKeyHasAtMost16Parts() {
        NftType[] parts = Collections.nCopies(17, NftType.IPV4_ADDR).toArray(NftType[]::new);
        assertThat(reason(table(NftSet.set("s", parts)))).contains("key of set s");
        List<NftValue> values = Collections.nCopies(17, NftValue.port(1));
        assertThat(reason(new NftElement("t", "s", values, Optional.empty(), Optional.empty())))
                .contains("16 parts");
        assertThat(reason(new NftElement("t", "s", List.of(), Optional.empty(), Optional.empty())))
                .contains("16 parts");
    }

    @Test
    void aMeterHasASizeAndATimeoutAndNoData() {
        Duration second = Duration.ofSeconds(1);
        assertThat(create(table(NftSet.meter("m", new NftSet.Meter(1, second), NftType.IPV4_ADDR))))
                .isEmpty();
        assertThat(reason(table(NftSet.meter("m", new NftSet.Meter(0, second), NftType.IPV4_ADDR))))
                .contains("at least 1");
        assertThat(reason(table(NftSet.meter("m", new NftSet.Meter(1, Duration.ZERO), NftType.IPV4_ADDR))))
                .contains("1 ms");
        NftSet map = new NftSet(
                "m",
                List.of(NftType.IPV4_ADDR),
                Optional.of(NftType.IPV4_ADDR),
                true,
                Optional.of(new NftSet.Meter(1, second)));
        assertThat(reason(table(map))).contains("cannot be a map");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1_000_000, 1, 1_500_000})
    void aTimeoutIsPositiveAndInWholeMilliseconds(long nanoseconds) {
        assertThat(reason(CALLER.withTimeout(Optional.of(Duration.ofNanos(nanoseconds)))))
                .contains("whole milliseconds");
        assertThat(create(CALLER.withTimeout(Optional.of(Duration.ofMillis(1)))))
                .isEmpty();
    }

    @Test
    void aChainTypeIsOneOfThree() {
        for (String type : List.of("filter", "nat", "route")) {
            assertThat(create(baseChain(type))).isEmpty();
        }
        assertThat(reason(baseChain("mangle"))).contains("chain type 'mangle'");
    }

    private static NftTable baseChain(String type) {
        return table(new NftChain("c", Optional.of(new NftChain.Base(type, NftChain.Hook.OUTPUT, 0, true)), List.of()));
    }

    @Test
    void anUpdateKeepsTheNameOfATableAndTheKeyOfAnElement() {
        NftElement other = NftElement.of("ipipou", "callers", NftValue.of(Ipv4.of("1.2.3.5")));
        NftTable table = table(new NftStatement.Drop());

        assertThat(NftLimits.validate(Operation.update(CALLER, other))).isPresent();
        assertThat(NftLimits.validate(Operation.update(CALLER, CALLER.withData(NftValue.port(1)))))
                .isEmpty();
        assertThat(NftLimits.validate(Operation.update(table, new NftTable("other", List.of(), List.of()))))
                .isPresent();
        assertThat(NftLimits.validate(Operation.update(table, CALLER))).isPresent();
        assertThat(NftLimits.validate(Operation.update(CALLER, table))).isPresent();
    }
}
