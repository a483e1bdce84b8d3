package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import io.ipipou.testkit.SampleTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused at plan time. */
final class NftLimitsTest {

    private static Optional<String> create(NftTable table) {
        return NftLimits.whyNot(Operation.create(table), "ipipou");
    }

    private static NftTable with(NftRule... rules) {
        return new NftTable("ipipou", List.of(), List.of(new NftChain("c", Optional.empty(), List.of(rules))));
    }

    @Test
    void theGateCanBeSaid() {
        assertThat(create(SampleTable.gate())).isEmpty();
        assertThat(NftLimits.whyNot(Operation.update(SampleTable.gate(), with()), "ipipou"))
                .isEmpty();
        for (NftElement element : SampleTable.otherElements()) {
            assertThat(NftLimits.whyNot(Operation.create(element), "ipipou")).isEmpty();
        }
    }

    @Test
    void anotherTableIsNotWritten() {
        assertThat(NftLimits.whyNot(Operation.create(SampleTable.gate()), "theirs"))
                .isPresent();
        assertThat(NftLimits.whyNot(Operation.delete(SampleTable.endpoint(0)), "theirs"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;b", "1a", "a}", "a\nb", "é", "a.b", "a/b", "-a"})
    void names(String name) {
        NftRule jump = new NftRule("", List.of(new NftStatement.Jump(name)));
        assertThat(create(with(jump))).isPresent();
        assertThat(create(new NftTable("ipipou", List.of(NftSet.set(name, NftType.IPV4_ADDR)), List.of())))
                .isPresent();
        assertThat(create(new NftTable("ipipou", List.of(), List.of(new NftChain(name, Optional.empty(), List.of())))))
                .isPresent();
        assertThat(NftLimits.whyNot(Operation.create(new NftTable(name, List.of(), List.of())), name))
                .isPresent();
        assertThat(NftLimits.whyNot(Operation.create(NftElement.of("ipipou", name, NftValue.port(1))), "ipipou"))
                .isPresent();
    }

    @Test
    void comments() {
        List<NftStatement> counter = List.of(new NftStatement.Counter());
        for (String fine : List.of("", "x".repeat(127), "é".repeat(63), "\\ # ; { } ' $")) {
            assertThat(create(with(new NftRule(fine, counter)))).isEmpty();
        }
        for (String bad : List.of("\"", "a\nb", "\u0000", "x".repeat(128), "é".repeat(64))) {
            assertThat(create(with(new NftRule(bad, counter)))).as(bad).isPresent();
        }
    }

    static Stream<NftStatement> statementsThatCannotBeSaid() {
        return Stream.of(
                compare(NftField.L4PROTO, 256),
                compare(NftField.L4PROTO, -1),
                compare(NftField.TH_SPORT, 65536),
                compare(NftField.INNER_VERSION, 16),
                new NftStatement.Rewrite(NftField.TH_SPORT, List.of(NftField.IP_SADDR), "map"),
                new NftStatement.RateOver(0, 1),
                new NftStatement.RateOver(1, 0),
                new NftStatement.RateOverByKey("set", List.of(NftField.IP_SADDR), new NftStatement.RateOver(-1, 1)),
                new NftStatement.Queue(65536),
                new NftStatement.Queue(-1),
                new NftStatement.Unknown("accept"));
    }

    private static NftStatement compare(NftField field, int value) {
        return new NftStatement.Compare(field, NftStatement.Relation.EQUAL, value);
    }

    @ParameterizedTest
    @MethodSource("statementsThatCannotBeSaid")
    void statements(NftStatement statement) {
        assertThat(create(with(new NftRule("", List.of(statement))))).isPresent();
        assertThat(create(with(new NftRule("", List.of(compare(NftField.IP_SADDR, -1))))))
                .isEmpty();
    }

    @Test
    void aRuleDoesSomething() {
        assertThat(create(with(new NftRule("x", List.of())))).isPresent();
    }

    @Test
    void times() {
        NftElement element = SampleTable.endpoint(0);
        for (Duration bad : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(1_500_000))) {
            assertThat(NftLimits.whyNot(Operation.create(element.keptFor(Optional.of(bad))), "ipipou"))
                    .isPresent();
        }
        NftSet meter = NftSet.meter("m", new NftSet.Meter(0, Duration.ofSeconds(1)), NftType.IPV4_ADDR);
        assertThat(create(new NftTable("ipipou", List.of(meter), List.of()))).isPresent();
    }

    @Test
    void anElementIsNotMadeAnother() {
        assertThat(NftLimits.whyNot(Operation.update(SampleTable.endpoint(0), SampleTable.endpoint(1)), "ipipou"))
                .isPresent();
        assertThat(NftLimits.whyNot(Operation.update(SampleTable.gate(), SampleTable.endpoint(1)), "ipipou"))
                .isPresent();
        assertThat(NftLimits.whyNot(Operation.update(SampleTable.endpoint(1), SampleTable.gate()), "ipipou"))
                .isPresent();
        NftElement moved = SampleTable.endpoint(0).to(NftValue.of(new Ipv4(1)));
        assertThat(NftLimits.whyNot(Operation.update(SampleTable.endpoint(0), moved), "ipipou"))
                .isEmpty();
    }
}
