package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.NFT_TABLE;
import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleTable.ACCEPT;
import static io.ipipou.testkit.SampleTable.COUNTER;
import static io.ipipou.testkit.SampleTable.DROP;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Cases for the table as a whole and for transactions. */
interface NftTableCases extends Cases {

    NftTable GATE = SampleTable.gate();

    @Test
    @Covers(kind = NftTable.KIND, verb = Verb.CREATE)
    default void createTable() throws Exception {
        assertThat(host().observe().table()).isEmpty();
        host().create(GATE);

        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).isEmpty();
    }

    /** Adds, removes, changes and keeps sets and chains at the same time. */
    @Test
    @Covers(kind = NftTable.KIND, verb = Verb.UPDATE)
    default void updateTable() throws Exception {
        host().create(GATE, SampleTable.endpoint(0), SampleTable.caller(1));
        host().create(SampleTable.otherElements().toArray(Resource[]::new));
        List<NftSet> sets = new ArrayList<>(GATE.sets());
        sets.removeIf(set -> List.of("callers", "callerports", "aliasaddrs").contains(set.name()));
        sets.add(NftSet.set("callers", NftType.IPV4_ADDR, NftType.INET_SERVICE));
        sets.add(NftSet.set("new", NftType.INET_SERVICE));
        NftTable after = new NftTable(
                NFT_TABLE,
                sets,
                List.of(
                        SampleTable.base(
                                NftChain.Hook.PREROUTING,
                                SampleTable.rule(
                                        "", SampleTable.in("callers", NftField.IP_SADDR, NftField.TH_SPORT), ACCEPT),
                                SampleTable.rule("", new NftStatement.Jump("fresh"))),
                        SampleTable.chain(
                                "fresh", SampleTable.rule("", SampleTable.in("new", NftField.TH_SPORT), DROP)),
                        SampleTable.base(NftChain.Hook.INPUT)));

        host().update(GATE, after);
        assertThat(host().observe().table()).contains(after);
        assertThat(host().observe().elements())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Stream.of(SampleTable.endpoint(0)), SampleTable.otherElements().stream())
                                .filter(element -> after.set(element.set()).equals(GATE.set(element.set())))
                                .toList());

        host().update(after, GATE);
        assertThat(host().observe().table()).contains(GATE);
    }

    @Test
    @Covers(kind = NftTable.KIND, verb = Verb.DELETE)
    default void deleteTable() throws Exception {
        host().create(GATE, SampleTable.endpoint(0));

        host().delete(GATE);
        host().delete(GATE); // a missing table counts as deleted
        host().delete(SampleTable.endpoint(0));
        assertThat(host().observe().table()).isEmpty();
        assertThat(host().observe().elements()).isEmpty();
    }

    @Test
    default void creatingATableTwiceIsRefused() throws Exception {
        host().create(GATE, SampleTable.endpoint(0));

        host().assertRefused(Operation.create(GATE), "EEXIST");
        assertThat(host().observe().elements()).containsExactly(SampleTable.endpoint(0));
    }

    @Test
    default void updatingAMissingTableIsRefused() throws Exception {
        host().assertRefused(Operation.update(GATE, GATE));

        assertThat(host().observe().table()).isEmpty();
    }

    @Test
    default void aTransactionWithARefusedElementChangesNothing() throws Exception {
        host().create(GATE, SampleTable.endpoint(0));
        ObservedState before = host().observe();
        List<Operation> operations = List.of(
                Operation.update(GATE, SampleTable.replaceChain(GATE, SampleTable.base(NftChain.Hook.OUTPUT))),
                Operation.create(SampleTable.endpoint(1)),
                Operation.delete(SampleTable.endpoint(0)),
                Operation.create(SampleTable.element("nosuch", SampleTable.alias(1))),
                Operation.create(SampleTable.endpoint(2)));

        List<Outcome> outcomes = host().backend.execute(operations);
        assertThat(outcomes.stream().map(Outcome::operation)).isEqualTo(operations);
        assertThat(outcomes)
                .extracting(Outcome::status)
                .containsExactly(
                        Outcome.Status.NOT_ATTEMPTED,
                        Outcome.Status.NOT_ATTEMPTED,
                        Outcome.Status.NOT_ATTEMPTED,
                        Outcome.Status.FAILED,
                        Outcome.Status.NOT_ATTEMPTED);
        host().assertErrno(outcomes.get(3).refusal().orElseThrow(), "ENOENT");
        assertThat(host().observe()).isEqualTo(before);
    }

    @Test
    default void aTableIsReplacedInOneTransaction() throws Exception {
        NftTable small = SampleTable.table(List.of(NftSet.set("endpoints", NftType.IPV4_ADDR)));
        host().create(GATE, SampleTable.endpoint(0));
        host().execute(List.of(
                Operation.delete(SampleTable.endpoint(0)),
                Operation.delete(GATE),
                Operation.create(small),
                Operation.create(SampleTable.element("endpoints", SampleTable.alias(1)))));

        assertThat(host().observe().table()).contains(small);
        assertThat(host().observe().elements()).containsExactly(SampleTable.element("endpoints", SampleTable.alias(1)));
    }

    @Test
    default void aTableUpdateAndElementsOfANewSetAreOneTransaction() throws Exception {
        NftTable small = SampleTable.table(List.of(NftSet.set("callers", NftType.IPV4_ADDR)));
        host().create(small, SampleTable.caller(1));
        host().execute(List.of(
                Operation.update(small, GATE),
                Operation.create(SampleTable.endpoint(0)),
                Operation.delete(SampleTable.caller(1))));
        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).containsExactly(SampleTable.endpoint(0));

        host().execute(List.of(Operation.delete(SampleTable.endpoint(0)), Operation.update(GATE, small)));
        assertThat(host().observe().table()).contains(small);
        assertThat(host().observe().elements()).isEmpty();
    }

    @Test
    default void aRefusalBeforeOrInATransactionStopsTheRest() throws Exception {
        List<Outcome> link = host().backend
                .execute(Host.creations(
                        Stream.of(SampleLinks.tunnel(KernelUnderTest.DEVICE, 0), GATE, SampleTable.caller(1))));
        assertThat(link)
                .extracting(Outcome::status)
                .containsExactly(Outcome.Status.FAILED, Outcome.Status.NOT_ATTEMPTED, Outcome.Status.NOT_ATTEMPTED);
        assertThat(host().observe().table()).isEmpty();

        NftElement bad = SampleTable.element("nosuch", SampleTable.alias(1));
        List<Outcome> run = host().backend
                .execute(Host.creations(Stream.of(SampleLinks.tunnel(0), GATE, bad, SampleLinks.tunnel(1))));
        assertThat(run)
                .extracting(Outcome::status)
                .containsExactly(
                        Outcome.Status.DONE,
                        Outcome.Status.NOT_ATTEMPTED,
                        Outcome.Status.FAILED,
                        Outcome.Status.NOT_ATTEMPTED);
        assertThat(host().observe().table()).isEmpty();
        assertThat(host().observe().links()).containsOnlyKeys(T0);
    }

    @Test
    default void afterFlushRulesetTheTableIsGone() throws Exception {
        host().create(GATE, SampleTable.endpoint(0));
        host().outside.nftFlush();

        assertThat(host().observe().table()).isEmpty();
        assertThat(host().observe().elements()).isEmpty();
        assertThat(host().backend.ruleCounters()).isEmpty();
        host().assertRefused(Operation.update(GATE, GATE));
        host().delete(SampleTable.endpoint(0), GATE);
        host().create(GATE, SampleTable.endpoint(0));
        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).containsExactly(SampleTable.endpoint(0));
    }

    /** Including a table of the same name in another family. */
    @Test
    default void otherTablesAreNeitherReadNorChanged() throws Exception {
        NftTable other = new NftTable(
                "other",
                List.of(NftSet.set("callers", NftType.IPV4_ADDR)),
                List.of(SampleTable.base(
                        NftChain.Hook.PREROUTING,
                        SampleTable.rule("other", SampleTable.in("callers", NftField.IP_SADDR), COUNTER, DROP))));
        NftTable sameName = SampleTable.table(
                List.of(), SampleTable.base(NftChain.Hook.INPUT, SampleTable.rule("other", COUNTER, ACCEPT)));
        host().outside.nftTableAdd("ip", other);
        host().outside.nftTableAdd("inet", sameName);
        host().outside.nftElementAdd(NftElement.of("other", "callers", SampleTable.alias(1)));
        String before = otherTables();

        assertThat(host().observe().table()).isEmpty();
        assertThat(host().observe().elements()).isEmpty();
        assertThat(host().backend.ruleCounters()).isEmpty();
        host().create(GATE, SampleTable.endpoint(0));
        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).containsExactly(SampleTable.endpoint(0));
        assertThat(host().backend.ruleCounters()).doesNotContainKey("other");
        host().update(GATE, SampleTable.replaceChain(GATE, SampleTable.base(NftChain.Hook.OUTPUT)));
        host().delete(SampleTable.endpoint(0), GATE);
        assertThat(otherTables()).isEqualTo(before);
    }

    private String otherTables() {
        return host().outside.nftText("ip", "other") + host().outside.nftText("inet", NFT_TABLE);
    }
}
