package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the backend refuses at plan time because nft's language cannot express it. */
final class NftScriptLimitsTest {

    private static Optional<String> create(NftTable table) {
        return validate(Operation.create(table));
    }

    private static Optional<String> validate(Operation operation) {
        return NftScriptLimits.validate(operation, "ipipou");
    }

    private static NftTable with(NftRule... rules) {
        return new NftTable("ipipou", List.of(), List.of(new NftChain("c", Optional.empty(), List.of(rules))));
    }

    @Test
    void theGateCanBeExpressed() {
        assertThat(create(SampleTable.gate())).isEmpty();
        assertThat(validate(Operation.update(SampleTable.gate(), with()))).isEmpty();
        for (NftElement element : SampleTable.otherElements()) {
            assertThat(validate(Operation.create(element))).isEmpty();
        }
    }

    @Test
    void theCommonLimitsHoldToo() {
        assertThat(create(with(new NftRule("", List.of(new NftStatement.Unknown("accept"))))))
                .isPresent();
        assertThat(validate(Operation.update(SampleTable.endpoint(0), SampleTable.endpoint(1))))
                .isPresent();
    }

    @Test
    void onlyTheTableThatTheBackendWasOpenedForIsWritten() {
        assertThat(NftScriptLimits.validate(Operation.create(SampleTable.gate()), "other")
                        .orElseThrow())
                .contains("opened for the table other, not for ipipou");
        assertThat(NftScriptLimits.validate(Operation.delete(SampleTable.endpoint(0)), "other"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;b", "1a", "a}", "a\nb", "é", "a.b", "a/b", "-a"})
    void aNameConsistsOfLettersDigitsAndUnderscores(String name) {
        assertThat(create(new NftTable("ipipou", List.of(NftSet.set(name, NftType.IPV4_ADDR)), List.of())))
                .isPresent();
        assertThat(create(new NftTable("ipipou", List.of(), List.of(new NftChain(name, Optional.empty(), List.of())))))
                .isPresent();
        NftTable table = new NftTable(name, List.of(), List.of());
        assertThat(NftScriptLimits.validate(Operation.create(table), name)).isPresent();
        assertThat(NftScriptLimits.validate(Operation.delete(table), name)).isPresent();
        assertThat(validate(Operation.create(NftElement.of("ipipou", name, NftValue.port(1)))))
                .isPresent();
    }

    static Stream<NftStatement> referencesToABadName() {
        List<NftField> key = List.of(NftField.IP_SADDR);
        return Stream.of(
                new NftStatement.Jump("a b"),
                new NftStatement.Goto("a b"),
                new NftStatement.Lookup(key, true, "a b"),
                new NftStatement.Rewrite(NftField.IP_DADDR, key, "a b"),
                new NftStatement.RateOverByKey("a b", key, new NftStatement.RateOver(1, 1)));
    }

    @ParameterizedTest
    @MethodSource("referencesToABadName")
    void aNameThatARuleRefersToIsCheckedToo(NftStatement statement) {
        assertThat(create(with(new NftRule("", List.of(statement)))).orElseThrow())
                .contains("cannot express the name 'a b'");
    }

    @Test
    void aCommentHasNoQuoteAndNoControlCharacter() {
        List<NftStatement> counter = List.of(new NftStatement.Counter());
        for (String allowed : List.of("", "x".repeat(127), "é".repeat(63), "\\ # ; { } ' $")) {
            assertThat(create(with(new NftRule(allowed, counter)))).isEmpty();
        }
        for (String refused : List.of("\"", "a\nb", "\u0000", "x".repeat(128), "é".repeat(64))) {
            assertThat(create(with(new NftRule(refused, counter)))).as(refused).isPresent();
        }
    }

    @Test
    void aRateAndItsBurstHaveAtMostNineDigits() {
        int tooMuch = 1_000_000_000;
        for (NftStatement.RateOver rate :
                List.of(new NftStatement.RateOver(tooMuch, 1), new NftStatement.RateOver(1, tooMuch))) {
            assertThat(create(with(new NftRule("", List.of(rate))))).isPresent();
            NftStatement byKey = new NftStatement.RateOverByKey("set", List.of(NftField.IP_SADDR), rate);
            assertThat(create(with(new NftRule("", List.of(byKey))))).isPresent();
        }
        assertThat(create(with(new NftRule("", List.of(new NftStatement.RateOver(tooMuch - 1, tooMuch - 1))))))
                .isEmpty();
    }

    @Test
    void aRuleNeedsAStatement() {
        assertThat(create(with(new NftRule("x", List.of())))).isPresent();
    }
}
