package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.NFT_TABLE;
import static io.ipipou.testkit.SampleTable.ACCEPT;
import static io.ipipou.testkit.SampleTable.COUNTER;
import static io.ipipou.testkit.SampleTable.DROP;
import static io.ipipou.testkit.SampleTable.MINUTE;
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
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.RuleCounter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Cases for rules and their counters. */
interface NftRuleCases extends Cases {

    NftTable GATE = SampleTable.gate();

    /** Every statement with its extreme values. */
    @Test
    default void rulesAreReadAsTheyWereWritten() throws Exception {
        NftTable table = SampleTable.table(
                List.of(
                        NftSet.set("ports", NftType.INET_SERVICE),
                        NftSet.map("names", true, NftType.IPV4_ADDR, NftType.INET_SERVICE),
                        NftSet.meter(
                                "busy",
                                new NftSet.Meter(7, Duration.ofMillis(1500)),
                                NftType.IPV4_ADDR,
                                NftType.INET_SERVICE)),
                new NftChain(
                        "prerouting",
                        Optional.of(new NftChain.Base("filter", NftChain.Hook.PREROUTING, 17, false)),
                        List.of(
                                SampleTable.rule("", ACCEPT),
                                SampleTable.rule("a", COUNTER),
                                SampleTable.rule(
                                        "",
                                        SampleTable.compare(NftField.IP_DADDR, Relation.AT_LEAST, 0xac1d0000),
                                        SampleTable.compare(NftField.IP_DADDR, Relation.AT_MOST, 0xac1dffff),
                                        DROP),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.IP_SADDR, Relation.NOT_EQUAL, 1), DROP),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.TH_SPORT, Relation.AT_LEAST, 1), ACCEPT),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.TH_DPORT, Relation.AT_MOST, 65534), DROP),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.TH_DPORT, Relation.NOT_EQUAL, 255), DROP),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.UDP_LENGTH, Relation.EQUAL, 65535), DROP),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.UDP_LENGTH, Relation.NOT_EQUAL, 256), DROP),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.INNER_VERSION, Relation.NOT_EQUAL, 15), DROP),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.INNER_VERSION, Relation.EQUAL, 0), DROP),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.INNER_LENGTH, Relation.EQUAL, 0x1234), DROP),
                                SampleTable.rule(
                                        "", SampleTable.compare(NftField.L4PROTO, Relation.EQUAL, 255), DROP))),
                SampleTable.base(
                        NftChain.Hook.FORWARD,
                        SampleTable.rule(
                                "", new NftStatement.Lookup(List.of(NftField.TH_DPORT), false, "ports"), COUNTER),
                        SampleTable.rule(
                                "", new NftStatement.Rewrite(NftField.IP_SADDR, List.of(NftField.TH_DPORT), "names")),
                        SampleTable.rule(
                                "é".repeat(63) + "!",
                                new NftStatement.RateOverByKey(
                                        "busy",
                                        List.of(NftField.IP_DADDR, NftField.TH_DPORT),
                                        new NftStatement.RateOver(1, 1)),
                                COUNTER),
                        SampleTable.rule(
                                "", new NftStatement.RateOver(1_000_000, 65535), new NftStatement.Goto("empty")),
                        SampleTable.rule("", new NftStatement.Jump("empty")),
                        SampleTable.rule("", new NftStatement.Queue(65535))),
                SampleTable.base(NftChain.Hook.INPUT),
                SampleTable.chain("empty"));
        host().create(table);

        assertThat(host().observe().table()).contains(table);
        assertThat(host().backend.ruleCounters()).containsKeys("a", "é".repeat(63) + "!");
    }

    @Test
    default void changesByAnotherProgramAreReadAndRepairedByOneUpdate() throws Exception {
        NftElement timed = SampleTable.endpoint(0).withTimeout(MINUTE);
        host().create(GATE, timed);
        host().create(SampleTable.otherElements().toArray(Resource[]::new));
        NftRule known = SampleTable.rule("", SampleTable.compare(NftField.TH_DPORT, Relation.EQUAL, 80), ACCEPT);
        NftRule unknown = SampleTable.rule("", new NftStatement.Unknown("ip ttl 7 accept"));
        OutsideChanges outside = host().outside;
        List<Runnable> changes = List.of(
                () -> outside.nftRuleDelete(NFT_TABLE, "prerouting", 3),
                () -> outside.nftRuleDelete(NFT_TABLE, "output", 1),
                () -> outside.nftRuleInsert(NFT_TABLE, "prerouting", 0, known),
                () -> outside.nftRuleInsert(NFT_TABLE, "candidates", 2, unknown),
                () -> {
                    outside.nftRuleDelete(NFT_TABLE, "proofs", 0);
                    outside.nftRuleInsert(NFT_TABLE, "proofs", 0, unknown);
                },
                () -> outside.nftSetAdd(NFT_TABLE, NftSet.set("added", NftType.IPV4_ADDR)));
        for (Runnable change : changes) {
            change.run();
            ObservedState changed = host().observe();
            assertThat(changed.table()).isPresent();
            assertThat(changed.table()).isNotEqualTo(Optional.of(GATE));

            host().update(changed.table().orElseThrow(), GATE);
            assertThat(host().observe().table()).contains(GATE);
        }
        assertThat(host().observe().elements())
                .hasSize(1 + SampleTable.otherElements().size())
                .containsAll(SampleTable.otherElements())
                .anySatisfy(element -> {
                    assertThat(element.equalsIgnoringTimeout(timed)).isTrue();
                    assertThat(element.timeout().orElseThrow()).isLessThanOrEqualTo(MINUTE.orElseThrow());
                });
    }

    @Test
    default void anUnmanagedTableOfTheSameNameIsReadAndReplaced() throws Exception {
        NftRule unknown = SampleTable.rule("", new NftStatement.Unknown("ip ttl 7 counter accept"));
        NftTable unmanaged = SampleTable.table(
                List.of(NftSet.set("friends", NftType.INET_SERVICE)),
                SampleTable.base(
                        NftChain.Hook.INPUT,
                        SampleTable.rule("hello", SampleTable.in("friends", NftField.TH_SPORT), COUNTER, ACCEPT),
                        unknown));
        NftElement friend = SampleTable.element("friends", NftValue.port(22));
        host().outside.nftTableAdd("ip", unmanaged);
        host().outside.nftElementAdd(friend);

        ObservedState state = host().observe();
        NftTable table = state.table().orElseThrow();
        assertThat(table.sets()).isEqualTo(unmanaged.sets());
        assertThat(table.chains()).hasSize(1);
        assertThat(table.chains().get(0).base())
                .isEqualTo(unmanaged.chains().get(0).base());
        assertThat(table.chains().get(0).rules()).hasSize(2);
        assertThat(table.chains().get(0).rules().get(0))
                .isEqualTo(unmanaged.chains().get(0).rules().get(0));
        assertThat(table.chains().get(0).rules().get(1).statements())
                .anySatisfy(statement -> assertThat(statement).isInstanceOf(NftStatement.Unknown.class));
        assertThat(state.elements()).containsExactly(friend);
        assertThat(host().backend.ruleCounters()).containsEntry("hello", new RuleCounter(0, 0));
        host().assertRefused(Operation.create(GATE), "EEXIST");

        host().update(table, GATE);
        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).isEmpty();
    }

    @Test
    default void ruleCountersAreReadByComment() throws Exception {
        assertThat(host().backend.ruleCounters()).isEmpty();
        NftTable table = SampleTable.table(
                List.of(NftSet.set("friends", NftType.IPV4_ADDR)),
                SampleTable.base(
                        NftChain.Hook.OUTPUT,
                        SampleTable.rule("all", COUNTER),
                        SampleTable.rule("", COUNTER),
                        SampleTable.rule("friends", SampleTable.in("friends", NftField.IP_DADDR), COUNTER),
                        SampleTable.rule(
                                "not discarded",
                                SampleTable.compare(NftField.TH_DPORT, Relation.NOT_EQUAL, 9),
                                COUNTER)));
        host().create(table);
        assertThat(host().backend.ruleCounters())
                .contains(
                        Map.entry("all", new RuleCounter(0, 0)),
                        Map.entry("friends", new RuleCounter(0, 0)),
                        Map.entry("not discarded", new RuleCounter(0, 0)));

        Ipv4 friend = Ipv4.of("203.0.113.7");
        host().outside.send(Ipv4.of("203.0.113.8"), 2, 100);
        host().create(SampleTable.element("friends", NftValue.of(friend)));
        host().outside.send(friend, 3, 100);
        assertThat(host().backend.ruleCounters())
                .contains(
                        Map.entry("all", new RuleCounter(5, 5 * 128)),
                        Map.entry("friends", new RuleCounter(3, 3 * 128)),
                        Map.entry("not discarded", new RuleCounter(0, 0)));
        assertThat(host().observe().table()).contains(table);
    }
}
