package io.ipipou.testkit;

import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleLinks.T1;
import static io.ipipou.testkit.SampleTable.COUNTER;
import static io.ipipou.testkit.SampleTable.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Cases for the elements of sets and maps. */
interface NftElementCases extends Cases {

    NftTable GATE = SampleTable.gate();

    @Test
    @Covers(kind = NftElement.KIND, verb = Verb.CREATE)
    default void createElement() throws Exception {
        host().create(GATE);
        NftElement[] elements = Stream.concat(
                        IntStream.range(0, 3).mapToObj(SampleTable::endpoint), SampleTable.otherElements().stream())
                .toArray(NftElement[]::new);
        host().create(elements);
        assertThat(host().observe().elements()).containsExactlyInAnyOrder(elements);
        assertThat(host().observe().table()).contains(GATE);

        host().create(elements); // an element that exists with the same data counts as created
        assertThat(host().observe().elements()).containsExactlyInAnyOrder(elements);
    }

    @Test
    @Covers(kind = NftElement.KIND, verb = Verb.UPDATE)
    default void updateElement() throws Exception {
        NftElement moved = SampleTable.endpoint(0).withData(SampleTable.alias(9));
        host().create(GATE, SampleTable.endpoint(0), SampleTable.endpoint(1));

        host().update(SampleTable.endpoint(0), moved);
        assertThat(host().observe().elements()).containsExactlyInAnyOrder(moved, SampleTable.endpoint(1));
    }

    @Test
    @Covers(kind = NftElement.KIND, verb = Verb.DELETE)
    default void deleteElement() throws Exception {
        host().create(GATE, SampleTable.endpoint(0), SampleTable.endpoint(1));

        host().delete(SampleTable.endpoint(0));
        host().delete(SampleTable.endpoint(0)); // a missing element counts as deleted
        host().delete(SampleTable.endpoint(2), SampleTable.endpoint(1), SampleTable.endpoint(3));
        assertThat(host().observe().elements()).isEmpty();
        assertThat(host().observe().table()).contains(GATE);
    }

    @Test
    default void elementsThatDoNotFitTheirSetAreRefused() throws Exception {
        NftValue address = SampleTable.alias(1);
        host().assertRefused(Operation.create(SampleTable.caller(1)), "ENOENT");
        host().create(GATE, SampleTable.endpoint(0));

        host().assertRefused(Operation.create(SampleTable.endpoint(0).withData(SampleTable.alias(9))), "EEXIST");
        host().assertRefused(Operation.create(SampleTable.element("nosuch", address)), "ENOENT");
        for (NftElement misfit : List.of(
                SampleTable.element("callers", address, NftValue.port(1)),
                SampleTable.element("listeners", address),
                SampleTable.caller(1).withData(address),
                SampleTable.element("aliases", address, NftValue.port(1)),
                SampleTable.caller(1).withTimeout(MINUTE))) {
            host().assertRefused(Operation.create(misfit));
        }
        assertThat(host().observe().elements()).containsExactly(SampleTable.endpoint(0));
    }

    @Test
    default void updatingTheTableDoesNotResetTimeouts() throws Exception {
        host().create(GATE, SampleTable.endpoint(0).withTimeout(MINUTE));
        host().kernel.passTime(Duration.ofMillis(600));
        host().update(GATE, SampleTable.replaceChain(GATE, SampleTable.base(NftChain.Hook.OUTPUT)));

        assertThat(timeLeft(SampleTable.endpoint(0))).isLessThanOrEqualTo(Duration.ofMillis(59_500));
    }

    /** Consecutive operations on nftables are one transaction; the others come before or after all of it. */
    @Test
    default void operationsKeepTheirOrderAroundATransaction() throws Exception {
        List<Operation> creations = Host.creations(Stream.of(
                SampleLinks.tunnel(0),
                GATE,
                SampleTable.endpoint(0),
                SampleLinks.innerAddress(0),
                SampleTable.endpoint(1),
                SampleLinks.tunnel(1)));
        host().execute(creations);
        assertThat(host().observe().elements())
                .containsExactlyInAnyOrder(SampleTable.endpoint(0), SampleTable.endpoint(1));
        assertThat(host().observe().links()).containsOnlyKeys(T0, T1);

        List<Operation> deletions = new ArrayList<>();
        creations.forEach(creation -> deletions.add(0, Operation.delete(creation.subject())));
        host().execute(deletions);
        assertThat(host().observe().table()).isEmpty();
        assertThat(host().observe().links()).isEmpty();
    }

    @Test
    default void aThousandElementsAreChangedInOneCall() throws Exception {
        List<NftElement> elements =
                IntStream.range(0, 1000).mapToObj(SampleTable::endpoint).toList();
        host().execute(Host.creations(Stream.concat(Stream.of(GATE), elements.stream())));
        assertThat(host().observe().elements()).containsExactlyInAnyOrderElementsOf(elements);

        host().execute(elements.stream()
                .map(element -> Operation.update(element, element.withTimeout(MINUTE)))
                .toList());
        assertThat(host().observe().elements()).hasSize(1000).allSatisfy(element -> assertThat(element.timeout())
                .isPresent());

        host().execute(Host.deletions(elements.stream()));
        assertThat(host().observe().elements()).isEmpty();
        assertThat(host().observe().table()).contains(GATE);
    }

    @Test
    default void elementsExpire() throws Exception {
        Duration timeout = Duration.ofMillis(1200);
        host().create(
                        GATE,
                        SampleTable.endpoint(0).withTimeout(Optional.of(timeout)),
                        SampleTable.endpoint(1).withTimeout(MINUTE),
                        SampleTable.endpoint(2));
        assertThat(host().observe().elements()).anySatisfy(element -> assertThat(
                        element.equalsIgnoringTimeout(SampleTable.endpoint(1).withTimeout(MINUTE)))
                .isTrue());
        host().kernel.passTime(timeout.plusMillis(100));

        assertThat(host().observe().elements())
                .hasSize(2)
                .contains(SampleTable.endpoint(2))
                .noneMatch(
                        element -> element.key().equals(SampleTable.endpoint(0).key()));
        host().delete(SampleTable.endpoint(0).withTimeout(Optional.of(timeout)));
        host().create(SampleTable.endpoint(0).withData(SampleTable.alias(9)));
        assertThat(host().observe().elements()).contains(SampleTable.endpoint(0).withData(SampleTable.alias(9)));
    }

    @Test
    default void timeoutsCountDownAndAnUpdateResetsThem() throws Exception {
        host().create(GATE, SampleTable.endpoint(0).withTimeout(MINUTE), SampleTable.endpoint(1));
        Duration first = timeLeft(SampleTable.endpoint(0));
        assertThat(first).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
        host().kernel.passTime(Duration.ofMillis(600));
        Duration second = timeLeft(SampleTable.endpoint(0));
        assertThat(second).isBetween(Duration.ofSeconds(20), first.minusMillis(500));

        NftElement now = SampleTable.endpoint(0).withTimeout(Optional.of(second));
        host().update(now, now.withTimeout(Optional.of(Duration.ofHours(1))));
        assertThat(timeLeft(SampleTable.endpoint(0))).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        host().update(now, now.withTimeout(MINUTE));
        assertThat(timeLeft(SampleTable.endpoint(0))).isBetween(second.minusSeconds(10), Duration.ofMinutes(1));

        host().update(now, SampleTable.endpoint(0)); // removes the timeout; the next line adds one
        host().update(SampleTable.endpoint(1), SampleTable.endpoint(1).withTimeout(MINUTE));
        assertThat(timeLeft(SampleTable.endpoint(1))).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
        assertThat(host().observe().elements()).contains(SampleTable.endpoint(0));
    }

    /** A kernel may ignore an update that it takes for no change. */
    @Test
    default void anUpdateWithTheSameTimeoutResetsIt() throws Exception {
        Optional<Duration> time = Optional.of(Duration.ofSeconds(30));
        host().create(GATE, SampleTable.endpoint(0).withTimeout(time));
        host().kernel.passTime(Duration.ofSeconds(4));
        Duration before = timeLeft(SampleTable.endpoint(0));

        host().update(
                        SampleTable.endpoint(0).withTimeout(time),
                        SampleTable.endpoint(0).withTimeout(time));
        assertThat(timeLeft(SampleTable.endpoint(0))).isGreaterThan(before);
    }

    @Test
    default void elementsAddedOrDeletedByAnotherProgramAreRead() throws Exception {
        host().create(GATE, SampleTable.endpoint(0), SampleTable.endpoint(1));
        host().outside.nftElementDelete(SampleTable.endpoint(0));
        host().outside.nftElementAdd(SampleTable.caller(7));
        host().outside.nftElementAdd(SampleTable.endpoint(2));

        assertThat(host().observe().elements())
                .containsExactlyInAnyOrder(SampleTable.endpoint(1), SampleTable.endpoint(2), SampleTable.caller(7));
        host().delete(SampleTable.endpoint(0), SampleTable.caller(7));
        host().create(SampleTable.endpoint(0));
        assertThat(host().observe().elements())
                .containsExactlyInAnyOrder(SampleTable.endpoint(0), SampleTable.endpoint(1), SampleTable.endpoint(2));
    }

    @Test
    default void elementsAddedByPacketsAreNotRead() throws Exception {
        NftTable table = SampleTable.table(
                List.of(NftSet.meter("busy", new NftSet.Meter(100, Duration.ofMinutes(1)), NftType.IPV4_ADDR)),
                SampleTable.base(
                        NftChain.Hook.OUTPUT,
                        SampleTable.rule(
                                "over",
                                new NftStatement.RateOverByKey(
                                        "busy", List.of(NftField.IP_DADDR), new NftStatement.RateOver(1, 2)),
                                COUNTER)));
        host().create(table);
        host().outside.send(Ipv4.of("203.0.113.7"), 50, 10);

        assertThat(host().backend.ruleCounters())
                .hasEntrySatisfying("over", over -> assertThat(over.packets()).isBetween(1L, 48L));
        assertThat(host().observe().table()).contains(table);
        assertThat(host().observe().elements()).isEmpty();
    }

    private Duration timeLeft(NftElement element) throws BackendException {
        return host().observe().elements().stream()
                .filter(it -> it.id().equals(element.id()))
                .findFirst()
                .flatMap(NftElement::timeout)
                .orElseThrow();
    }
}
