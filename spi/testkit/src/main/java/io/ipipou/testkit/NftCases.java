package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.NFT_TABLE;
import static io.ipipou.testkit.Samples.ACCEPT;
import static io.ipipou.testkit.Samples.COUNTER;
import static io.ipipou.testkit.Samples.DROP;
import static io.ipipou.testkit.Samples.T0;
import static io.ipipou.testkit.Samples.T1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Verb;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An nftables table, and what is in its sets. */
interface NftCases extends Cases {

    NftTable GATE = Samples.gate();

    /** Long enough for a slow machine, and short enough for somebody who looks at how much of it is left. */
    Optional<Duration> MINUTE = Optional.of(Duration.ofMinutes(1));

    @Test
    @Covers(kind = NftTable.KIND, verb = Verb.CREATE)
    default void createTable() throws Exception {
        assertThat(host().observe().table()).isEmpty();
        host().create(GATE);

        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).isEmpty();
    }

    /** Sets and chains that come, go, change and stay, at once. */
    @Test
    @Covers(kind = NftTable.KIND, verb = Verb.UPDATE)
    default void updateTable() throws Exception {
        host().create(GATE, Samples.endpoint(0), callers(1));
        host().create(Samples.otherElements().toArray(Resource[]::new));
        List<NftSet> sets = new ArrayList<>(GATE.sets());
        sets.removeIf(set -> List.of("callers", "callerports", "aliasaddrs").contains(set.name()));
        sets.add(NftSet.set("callers", NftType.IPV4_ADDR, NftType.INET_SERVICE));
        sets.add(NftSet.set("new", NftType.INET_SERVICE));
        NftTable after = new NftTable(
                NFT_TABLE,
                sets,
                List.of(
                        Samples.base(
                                NftChain.Hook.PREROUTING,
                                Samples.rule("", Samples.in("callers", NftField.IP_SADDR, NftField.TH_SPORT), ACCEPT),
                                Samples.rule("", new NftStatement.Jump("fresh"))),
                        Samples.chain("fresh", Samples.rule("", Samples.in("new", NftField.TH_SPORT), DROP)),
                        Samples.base(NftChain.Hook.INPUT)));

        host().update(GATE, after);
        assertThat(host().observe().table()).contains(after);
        assertThat(host().observe().elements())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Stream.of(Samples.endpoint(0)), Samples.otherElements().stream())
                                .filter(element -> after.set(element.set()).equals(GATE.set(element.set())))
                                .toList());

        host().update(after, GATE);
        assertThat(host().observe().table()).contains(GATE);
    }

    @Test
    @Covers(kind = NftTable.KIND, verb = Verb.DELETE)
    default void deleteTable() throws Exception {
        host().create(GATE, Samples.endpoint(0));

        host().delete(GATE);
        host().delete(GATE); // gone is done
        host().delete(Samples.endpoint(0));
        assertThat(host().observe().table()).isEmpty();
        assertThat(host().observe().elements()).isEmpty();
    }

    @Test
    @Covers(kind = NftElement.KIND, verb = Verb.CREATE)
    default void createElement() throws Exception {
        host().create(GATE);
        NftElement[] elements = Stream.concat(
                        IntStream.range(0, 3).mapToObj(Samples::endpoint), Samples.otherElements().stream())
                .toArray(NftElement[]::new);
        host().create(elements);
        assertThat(host().observe().elements()).containsExactlyInAnyOrder(elements);
        assertThat(host().observe().table()).contains(GATE);

        host().create(elements); // there with the same data is done
        assertThat(host().observe().elements()).containsExactlyInAnyOrder(elements);
    }

    @Test
    @Covers(kind = NftElement.KIND, verb = Verb.UPDATE)
    default void updateElement() throws Exception {
        NftElement moved = Samples.endpoint(0).to(Samples.alias(9));
        host().create(GATE, Samples.endpoint(0), Samples.endpoint(1));

        host().update(Samples.endpoint(0), moved);
        assertThat(host().observe().elements()).containsExactlyInAnyOrder(moved, Samples.endpoint(1));
    }

    @Test
    @Covers(kind = NftElement.KIND, verb = Verb.DELETE)
    default void deleteElement() throws Exception {
        host().create(GATE, Samples.endpoint(0), Samples.endpoint(1));

        host().delete(Samples.endpoint(0));
        host().delete(Samples.endpoint(0)); // gone is done
        host().delete(Samples.endpoint(2), Samples.endpoint(1), Samples.endpoint(3));
        assertThat(host().observe().elements()).isEmpty();
        assertThat(host().observe().table()).contains(GATE);
    }

    @Test
    default void aTableIsMadeOnce() throws Exception {
        host().create(GATE, Samples.endpoint(0));

        host().refused(Operation.create(GATE), "EEXIST");
        assertThat(host().observe().elements()).containsExactly(Samples.endpoint(0));
    }

    @Test
    default void aTableThatIsGoneIsNotUpdated() throws Exception {
        host().refused(Operation.update(GATE, GATE));

        assertThat(host().observe().table()).isEmpty();
    }

    @Test
    default void elementsThatDoNotFitAreRefused() throws Exception {
        NftValue address = Samples.alias(1);
        host().refused(Operation.create(callers(1)), "ENOENT");
        host().create(GATE, Samples.endpoint(0));

        host().refused(Operation.create(Samples.endpoint(0).to(Samples.alias(9))), "EEXIST");
        host().refused(Operation.create(Samples.element("nosuch", address)), "ENOENT");
        for (NftElement odd : List.of(
                Samples.element("callers", address, NftValue.port(1)),
                Samples.element("listeners", address),
                callers(1).to(address),
                Samples.element("aliases", address, NftValue.port(1)),
                callers(1).keptFor(MINUTE))) {
            host().refused(Operation.create(odd));
        }
        assertThat(host().observe().elements()).containsExactly(Samples.endpoint(0));
    }

    /** Every statement, with the values at its ends. */
    @Test
    default void rulesAreReadBackAsTheyWereWritten() throws Exception {
        NftTable table = table(
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
                                Samples.rule("", ACCEPT),
                                Samples.rule("a", COUNTER),
                                Samples.rule("", Samples.compare(NftField.TH_SPORT, Relation.AT_LEAST, 1), ACCEPT),
                                Samples.rule("", Samples.compare(NftField.TH_DPORT, Relation.AT_MOST, 65534), DROP),
                                Samples.rule("", Samples.compare(NftField.TH_DPORT, Relation.NOT_EQUAL, 255), DROP),
                                Samples.rule("", Samples.compare(NftField.UDP_LENGTH, Relation.EQUAL, 65535), DROP),
                                Samples.rule("", Samples.compare(NftField.UDP_LENGTH, Relation.NOT_EQUAL, 256), DROP),
                                Samples.rule("", Samples.compare(NftField.INNER_VERSION, Relation.NOT_EQUAL, 15), DROP),
                                Samples.rule("", Samples.compare(NftField.INNER_VERSION, Relation.EQUAL, 0), DROP),
                                Samples.rule("", Samples.compare(NftField.INNER_LENGTH, Relation.EQUAL, 0x1234), DROP),
                                Samples.rule("", Samples.compare(NftField.L4PROTO, Relation.EQUAL, 255), DROP))),
                Samples.base(
                        NftChain.Hook.FORWARD,
                        Samples.rule("", new NftStatement.Lookup(List.of(NftField.TH_DPORT), false, "ports"), COUNTER),
                        Samples.rule(
                                "", new NftStatement.Rewrite(NftField.IP_SADDR, List.of(NftField.TH_DPORT), "names")),
                        Samples.rule(
                                "é".repeat(63) + "!",
                                new NftStatement.RateOverByKey(
                                        "busy",
                                        List.of(NftField.IP_DADDR, NftField.TH_DPORT),
                                        new NftStatement.RateOver(1, 1)),
                                COUNTER),
                        Samples.rule("", new NftStatement.RateOver(1_000_000, 65535), new NftStatement.Goto("empty")),
                        Samples.rule("", new NftStatement.Jump("empty")),
                        Samples.rule("", new NftStatement.Queue(65535))),
                Samples.base(NftChain.Hook.INPUT),
                Samples.chain("empty"));
        host().create(table);

        assertThat(host().observe().table()).contains(table);
        assertThat(host().backend.ruleCounters()).containsKeys("a", "é".repeat(63) + "!");
    }

    @Test
    default void whatAStrangerChangedIsSeenAndOneUpdateMendsIt() throws Exception {
        NftElement kept = Samples.endpoint(0).keptFor(MINUTE);
        host().create(GATE, kept);
        host().create(Samples.otherElements().toArray(Resource[]::new));
        NftRule known = Samples.rule("", Samples.compare(NftField.TH_DPORT, Relation.EQUAL, 80), ACCEPT);
        NftRule unknown = Samples.rule("", new NftStatement.Unknown("ip ttl 7 accept"));
        ForeignHand hand = host().hand;
        List<Runnable> changes = List.of(
                () -> hand.nftRuleDelete(NFT_TABLE, "prerouting", 3),
                () -> hand.nftRuleDelete(NFT_TABLE, "output", 1),
                () -> hand.nftRuleInsert(NFT_TABLE, "prerouting", 0, known),
                () -> hand.nftRuleInsert(NFT_TABLE, "candidates", 2, unknown),
                () -> {
                    hand.nftRuleDelete(NFT_TABLE, "proofs", 0);
                    hand.nftRuleInsert(NFT_TABLE, "proofs", 0, unknown);
                },
                () -> hand.nftSetAdd(NFT_TABLE, NftSet.set("theirs", NftType.IPV4_ADDR)));
        for (Runnable change : changes) {
            change.run();
            ObservedState changed = host().observe();
            assertThat(changed.table()).isPresent();
            assertThat(changed.table()).isNotEqualTo(Optional.of(GATE));

            host().update(changed.table().orElseThrow(), GATE);
            assertThat(host().observe().table()).contains(GATE);
        }
        assertThat(host().observe().elements())
                .hasSize(1 + Samples.otherElements().size())
                .containsAll(Samples.otherElements())
                .anySatisfy(element -> {
                    assertThat(element.sameButForTime(kept)).isTrue();
                    assertThat(element.timeout().orElseThrow()).isLessThanOrEqualTo(MINUTE.orElseThrow());
                });
    }

    @Test
    default void anUpdateRenewsNoElement() throws Exception {
        host().create(GATE, Samples.endpoint(0).keptFor(MINUTE));
        host().kernel.passTime(Duration.ofMillis(2500));
        host().update(GATE, Samples.with(GATE, Samples.base(NftChain.Hook.OUTPUT)));

        assertThat(timeLeft(Samples.endpoint(0))).isLessThanOrEqualTo(Duration.ofMillis(57_500));
    }

    @Test
    default void aTransactionWithABadElementDoesNothing() throws Exception {
        host().create(GATE, Samples.endpoint(0));
        ObservedState before = host().observe();
        List<Operation> operations = List.of(
                Operation.update(GATE, Samples.with(GATE, Samples.base(NftChain.Hook.OUTPUT))),
                Operation.create(Samples.endpoint(1)),
                Operation.delete(Samples.endpoint(0)),
                Operation.create(Samples.element("nosuch", Samples.alias(1))),
                Operation.create(Samples.endpoint(2)));

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
        host().checkErrno(outcomes.get(3).refusal().orElseThrow(), "ENOENT");
        assertThat(host().observe()).isEqualTo(before);
    }

    @Test
    default void aTableIsReplacedInOneTransaction() throws Exception {
        NftTable small = table(List.of(NftSet.set("endpoints", NftType.IPV4_ADDR)));
        host().create(GATE, Samples.endpoint(0));
        host().execute(List.of(
                Operation.delete(Samples.endpoint(0)),
                Operation.delete(GATE),
                Operation.create(small),
                Operation.create(Samples.element("endpoints", Samples.alias(1)))));

        assertThat(host().observe().table()).contains(small);
        assertThat(host().observe().elements()).containsExactly(Samples.element("endpoints", Samples.alias(1)));
    }

    @Test
    default void anUpdateAndElementsOfItsNewSetAreOneTransaction() throws Exception {
        NftTable small = table(List.of(NftSet.set("callers", NftType.IPV4_ADDR)));
        host().create(small, callers(1));
        host().execute(List.of(
                Operation.update(small, GATE), Operation.create(Samples.endpoint(0)), Operation.delete(callers(1))));
        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).containsExactly(Samples.endpoint(0));

        host().execute(List.of(Operation.delete(Samples.endpoint(0)), Operation.update(GATE, small)));
        assertThat(host().observe().table()).contains(small);
        assertThat(host().observe().elements()).isEmpty();
    }

    /** What is no neighbour of a run comes before or after the whole of it. */
    @Test
    default void neighboursKeepTheirOrder() throws Exception {
        List<Operation> creations = Host.creations(Stream.of(
                Samples.tunnel(0),
                GATE,
                Samples.endpoint(0),
                Samples.inner(T0, 0),
                Samples.endpoint(1),
                Samples.tunnel(1)));
        host().execute(creations);
        assertThat(host().observe().elements()).containsExactlyInAnyOrder(Samples.endpoint(0), Samples.endpoint(1));
        assertThat(host().observe().links()).containsOnlyKeys(T0, T1);

        List<Operation> deletions = new ArrayList<>();
        creations.forEach(creation -> deletions.add(0, creation.inverse()));
        host().execute(deletions);
        assertThat(host().observe().table()).isEmpty();
        assertThat(host().observe().links()).isEmpty();
    }

    @Test
    default void aRefusalOnEitherSideOfARunEndsTheRest() throws Exception {
        List<Outcome> link = host().backend
                .execute(Host.creations(Stream.of(Samples.tunnel(KernelUnderTest.DEVICE, 0), GATE, callers(1))));
        assertThat(link)
                .extracting(Outcome::status)
                .containsExactly(Outcome.Status.FAILED, Outcome.Status.NOT_ATTEMPTED, Outcome.Status.NOT_ATTEMPTED);
        assertThat(host().observe().table()).isEmpty();

        NftElement bad = Samples.element("nosuch", Samples.alias(1));
        List<Outcome> run =
                host().backend.execute(Host.creations(Stream.of(Samples.tunnel(0), GATE, bad, Samples.tunnel(1))));
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
    default void aThousandElementsInOneGo() throws Exception {
        List<NftElement> elements =
                IntStream.range(0, 1000).mapToObj(Samples::endpoint).toList();
        host().execute(Host.creations(Stream.concat(Stream.of(GATE), elements.stream())));
        assertThat(host().observe().elements()).containsExactlyInAnyOrderElementsOf(elements);

        host().execute(elements.stream()
                .map(element -> Operation.update(element, element.keptFor(MINUTE)))
                .toList());
        assertThat(host().observe().elements()).hasSize(1000).allSatisfy(element -> assertThat(element.timeout())
                .isPresent());

        host().execute(Host.deletions(elements.stream()));
        assertThat(host().observe().elements()).isEmpty();
        assertThat(host().observe().table()).contains(GATE);
    }

    @Test
    default void timeTakesElementsAway() throws Exception {
        Duration brief = Duration.ofMillis(1200);
        host().create(
                        GATE,
                        Samples.endpoint(0).keptFor(Optional.of(brief)),
                        Samples.endpoint(1).keptFor(MINUTE),
                        Samples.endpoint(2));
        assertThat(host().observe().elements()).anySatisfy(element -> assertThat(
                        element.sameButForTime(Samples.endpoint(1).keptFor(MINUTE)))
                .isTrue());
        host().kernel.passTime(brief.plusMillis(100));

        assertThat(host().observe().elements())
                .hasSize(2)
                .contains(Samples.endpoint(2))
                .noneMatch(element -> element.key().equals(Samples.endpoint(0).key()));
        host().delete(Samples.endpoint(0).keptFor(Optional.of(brief)));
        host().create(Samples.endpoint(0).to(Samples.alias(9)));
        assertThat(host().observe().elements()).contains(Samples.endpoint(0).to(Samples.alias(9)));
    }

    @Test
    default void theTimeThatIsLeftCountsDownAndARenewalSetsItAnew() throws Exception {
        host().create(GATE, Samples.endpoint(0).keptFor(MINUTE), Samples.endpoint(1));
        Duration first = timeLeft(Samples.endpoint(0));
        assertThat(first).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
        host().kernel.passTime(Duration.ofMillis(2500));
        Duration second = timeLeft(Samples.endpoint(0));
        assertThat(second).isBetween(Duration.ofSeconds(20), first.minusMillis(1500));

        NftElement now = Samples.endpoint(0).keptFor(Optional.of(second));
        host().update(now, now.keptFor(Optional.of(Duration.ofHours(1))));
        assertThat(timeLeft(Samples.endpoint(0))).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        host().update(now, now.keptFor(MINUTE));
        assertThat(timeLeft(Samples.endpoint(0))).isBetween(second.minusSeconds(10), Duration.ofMinutes(1));

        host().update(now, Samples.endpoint(0)); // for good, and the other one for a while
        host().update(Samples.endpoint(1), Samples.endpoint(1).keptFor(MINUTE));
        assertThat(timeLeft(Samples.endpoint(1))).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
        assertThat(host().observe().elements()).contains(Samples.endpoint(0));
    }

    /** The same time as it was given at first: a kernel may leave alone what it takes for no change. */
    @Test
    default void renewalForTheSameTimeSetsTheFullTime() throws Exception {
        Optional<Duration> time = Optional.of(Duration.ofSeconds(30));
        host().create(GATE, Samples.endpoint(0).keptFor(time));
        host().kernel.passTime(Duration.ofSeconds(4));
        Duration before = timeLeft(Samples.endpoint(0));

        host().update(Samples.endpoint(0).keptFor(time), Samples.endpoint(0).keptFor(time));
        assertThat(timeLeft(Samples.endpoint(0))).isGreaterThan(before);
    }

    @Test
    default void afterAForeignFlushThereIsNoTable() throws Exception {
        host().create(GATE, Samples.endpoint(0));
        host().hand.nftFlush();

        assertThat(host().observe().table()).isEmpty();
        assertThat(host().observe().elements()).isEmpty();
        assertThat(host().backend.ruleCounters()).isEmpty();
        host().refused(Operation.update(GATE, GATE));
        host().delete(Samples.endpoint(0), GATE);
        host().create(GATE, Samples.endpoint(0));
        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).containsExactly(Samples.endpoint(0));
    }

    @Test
    default void elementsThatAStrangerAddedOrDeletedAreSeen() throws Exception {
        host().create(GATE, Samples.endpoint(0), Samples.endpoint(1));
        host().hand.nftElementDelete(Samples.endpoint(0));
        host().hand.nftElementAdd(callers(7));
        host().hand.nftElementAdd(Samples.endpoint(2));

        assertThat(host().observe().elements())
                .containsExactlyInAnyOrder(Samples.endpoint(1), Samples.endpoint(2), callers(7));
        host().delete(Samples.endpoint(0), callers(7));
        host().create(Samples.endpoint(0));
        assertThat(host().observe().elements())
                .containsExactlyInAnyOrder(Samples.endpoint(0), Samples.endpoint(1), Samples.endpoint(2));
    }

    /** Also one of another family that has the name of ours. */
    @Test
    default void tablesOfOthersAreNeitherSeenNorTouched() throws Exception {
        NftTable theirs = new NftTable(
                "theirs",
                List.of(NftSet.set("callers", NftType.IPV4_ADDR)),
                List.of(Samples.base(
                        NftChain.Hook.PREROUTING,
                        Samples.rule("theirs", Samples.in("callers", NftField.IP_SADDR), COUNTER, DROP))));
        NftTable namesake =
                table(List.of(), Samples.base(NftChain.Hook.INPUT, Samples.rule("theirs", COUNTER, ACCEPT)));
        host().hand.nftTableAdd("ip", theirs);
        host().hand.nftTableAdd("inet", namesake);
        host().hand.nftElementAdd(NftElement.of("theirs", "callers", Samples.alias(1)));
        String text = foreignText();

        assertThat(host().observe().table()).isEmpty();
        assertThat(host().observe().elements()).isEmpty();
        assertThat(host().backend.ruleCounters()).isEmpty();
        host().create(GATE, Samples.endpoint(0));
        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).containsExactly(Samples.endpoint(0));
        assertThat(host().backend.ruleCounters()).doesNotContainKey("theirs");
        host().update(GATE, Samples.with(GATE, Samples.base(NftChain.Hook.OUTPUT)));
        host().delete(Samples.endpoint(0), GATE);
        assertThat(foreignText()).isEqualTo(text);
    }

    @Test
    default void aForeignTableOfOurNameIsSeenAsItIs() throws Exception {
        NftRule odd = Samples.rule("", new NftStatement.Unknown("ip ttl 7 counter accept"));
        NftTable theirs = table(
                List.of(NftSet.set("friends", NftType.INET_SERVICE)),
                Samples.base(
                        NftChain.Hook.INPUT,
                        Samples.rule("hello", Samples.in("friends", NftField.TH_SPORT), COUNTER, ACCEPT),
                        odd));
        NftElement friend = Samples.element("friends", NftValue.port(22));
        host().hand.nftTableAdd("ip", theirs);
        host().hand.nftElementAdd(friend);

        ObservedState seen = host().observe();
        NftTable table = seen.table().orElseThrow();
        assertThat(table.sets()).isEqualTo(theirs.sets());
        assertThat(table.chains()).hasSize(1);
        assertThat(table.chains().get(0).base())
                .isEqualTo(theirs.chains().get(0).base());
        assertThat(table.chains().get(0).rules()).hasSize(2);
        assertThat(table.chains().get(0).rules().get(0))
                .isEqualTo(theirs.chains().get(0).rules().get(0));
        assertThat(table.chains().get(0).rules().get(1).statements())
                .anySatisfy(statement -> assertThat(statement).isInstanceOf(NftStatement.Unknown.class));
        assertThat(seen.elements()).containsExactly(friend);
        assertThat(host().backend.ruleCounters()).containsEntry("hello", new RuleCounter(0, 0));
        host().refused(Operation.create(GATE), "EEXIST");

        host().update(table, GATE);
        assertThat(host().observe().table()).contains(GATE);
        assertThat(host().observe().elements()).isEmpty();
    }

    @Test
    default void rulesCountByTheirComments() throws Exception {
        assertThat(host().backend.ruleCounters()).isEmpty();
        NftTable table = table(
                List.of(NftSet.set("friends", NftType.IPV4_ADDR)),
                Samples.base(
                        NftChain.Hook.OUTPUT,
                        Samples.rule("all", COUNTER),
                        Samples.rule("", COUNTER),
                        Samples.rule("friends", Samples.in("friends", NftField.IP_DADDR), COUNTER),
                        Samples.rule(
                                "not discarded", Samples.compare(NftField.TH_DPORT, Relation.NOT_EQUAL, 9), COUNTER)));
        host().create(table);
        assertThat(host().backend.ruleCounters())
                .contains(
                        Map.entry("all", new RuleCounter(0, 0)),
                        Map.entry("friends", new RuleCounter(0, 0)),
                        Map.entry("not discarded", new RuleCounter(0, 0)));

        Ipv4 friend = Ipv4.of("203.0.113.7");
        host().hand.send(Ipv4.of("203.0.113.8"), 2, 100);
        host().create(Samples.element("friends", NftValue.of(friend)));
        host().hand.send(friend, 3, 100);
        assertThat(host().backend.ruleCounters())
                .contains(
                        Map.entry("all", new RuleCounter(5, 5 * 128)),
                        Map.entry("friends", new RuleCounter(3, 3 * 128)),
                        Map.entry("not discarded", new RuleCounter(0, 0)));
        assertThat(host().observe().table()).contains(table);
    }

    @Test
    default void elementsThatPacketsMadeAreNotSeen() throws Exception {
        NftTable table = table(
                List.of(NftSet.meter("busy", new NftSet.Meter(100, Duration.ofMinutes(1)), NftType.IPV4_ADDR)),
                Samples.base(
                        NftChain.Hook.OUTPUT,
                        Samples.rule(
                                "over",
                                new NftStatement.RateOverByKey(
                                        "busy", List.of(NftField.IP_DADDR), new NftStatement.RateOver(1, 2)),
                                COUNTER)));
        host().create(table);
        host().hand.send(Ipv4.of("203.0.113.7"), 50, 10);

        assertThat(host().backend.ruleCounters())
                .hasEntrySatisfying("over", over -> assertThat(over.packets()).isBetween(1L, 48L));
        assertThat(host().observe().table()).contains(table);
        assertThat(host().observe().elements()).isEmpty();
    }

    private String foreignText() {
        return host().hand.nftText("ip", "theirs") + host().hand.nftText("inet", NFT_TABLE);
    }

    private Duration timeLeft(NftElement element) throws BackendException {
        return host().observe().elements().stream()
                .filter(it -> it.id().equals(element.id()))
                .findFirst()
                .flatMap(NftElement::timeout)
                .orElseThrow();
    }

    private static NftElement callers(int number) {
        return Samples.element("callers", NftValue.of(new Ipv4(number)));
    }

    private static NftTable table(List<NftSet> sets, NftChain... chains) {
        return new NftTable(NFT_TABLE, sets, List.of(chains));
    }
}
