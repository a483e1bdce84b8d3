package io.ipipou.testbed;

import static io.ipipou.spi.state.NftField.INNER_LENGTH;
import static io.ipipou.spi.state.NftField.INNER_VERSION;
import static io.ipipou.spi.state.NftField.IP_DADDR;
import static io.ipipou.spi.state.NftField.IP_SADDR;
import static io.ipipou.spi.state.NftField.L4PROTO;
import static io.ipipou.spi.state.NftField.TH_DPORT;
import static io.ipipou.spi.state.NftField.TH_SPORT;
import static io.ipipou.spi.state.NftStatement.Relation.EQUAL;
import static io.ipipou.testkit.KernelUnderTest.NFT_TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tables that the {@code nft} command prints differently from how they were written. */
@KernelDependent
final class Iproute2TableKernelTest {

    private static final int MANY = 2000;

    /** {@code nft} merges adjacent loads, and does not print what it considers implied. */
    @Test
    void readsRulesThatNftPrintsDifferently() throws Exception {
        NftStatement accept = new NftStatement.Accept();
        NftStatement friends = new NftStatement.Lookup(List.of(IP_SADDR), true, "friends");
        NftTable table = new NftTable(
                NFT_TABLE,
                List.of(NftSet.set("friends", NftType.IPV4_ADDR)),
                List.of(new NftChain(
                        "everything",
                        Optional.empty(),
                        List.of(
                                rule(is(L4PROTO, 4), is(TH_SPORT, 5), accept),
                                rule(is(L4PROTO, 17), friends, is(TH_SPORT, 5), accept),
                                rule(friends, is(L4PROTO, 17), is(TH_SPORT, 5), accept),
                                rule(is(L4PROTO, 17), is(INNER_VERSION, 4), is(INNER_LENGTH, 0xffff), accept),
                                rule(is(TH_SPORT, 5), is(TH_DPORT, 6), accept),
                                rule(is(IP_SADDR, 0x01020304), is(IP_DADDR, 0xc0000201), accept),
                                new NftRule("\u00dc \\ # handle 7", List.of(accept))))));
        try (RealKernel kernel = RealKernel.forBackend("iproute2");
                Backend backend = kernel.open()) {
            execute(backend, List.of(Operation.create(table)));

            assertThat(backend.observe().table()).contains(table);
        }
    }

    @Test
    void writesThousandsOfElementsAndNamesTheOneThatIsRefused() throws Exception {
        Optional<Duration> hour = Optional.of(Duration.ofHours(1));
        List<NftElement> elements =
                IntStream.range(0, MANY).mapToObj(SampleTable::endpoint).toList();
        try (RealKernel kernel = RealKernel.forBackend("iproute2");
                Backend backend = kernel.open()) {
            execute(backend, List.of(Operation.create(SampleTable.gate())));
            execute(backend, each(elements, Operation::create));
            assertThat(backend.observe().elements()).containsExactlyInAnyOrderElementsOf(elements);

            execute(backend, each(elements, element -> Operation.update(element, element.withTimeout(hour))));
            assertThat(backend.observe().elements()).hasSize(MANY).allSatisfy(element -> assertThat(
                            element.timeout().orElseThrow())
                    .isBetween(Duration.ofMinutes(30), Duration.ofHours(1)));

            List<Operation> bad = new ArrayList<>(each(elements, Operation::delete));
            bad.set(MANY - 10, Operation.create(elements.get(MANY - 10).withData(NftValue.of(new Ipv4(7)))));
            List<Outcome> outcomes = backend.execute(bad);
            assertThat(outcomes.get(MANY - 10).refusal().orElseThrow().errno()).isEqualTo("EEXIST");
            assertThat(outcomes)
                    .filteredOn(outcome -> outcome.status() == Outcome.Status.NOT_ATTEMPTED)
                    .hasSize(MANY - 1);

            execute(backend, each(elements, Operation::delete));
            assertThat(backend.observe().elements()).isEmpty();
        }
    }

    private static void execute(Backend backend, List<Operation> operations) throws BackendException {
        assertThat(backend.execute(operations))
                .flatMap(outcome -> outcome.refusal().stream().toList())
                .isEmpty();
    }

    private static List<Operation> each(List<NftElement> elements, Function<NftElement, Operation> operation) {
        return elements.stream().map(operation).toList();
    }

    private static NftRule rule(NftStatement... statements) {
        return new NftRule("", List.of(statements));
    }

    private static NftStatement is(NftField field, int value) {
        return new NftStatement.Compare(field, EQUAL, value);
    }
}
