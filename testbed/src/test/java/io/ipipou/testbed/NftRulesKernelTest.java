package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Outcome.Status;
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
import io.ipipou.spi.state.ObservedState;
import io.ipipou.testkit.KernelUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate's table as nftables messages: the netlink backend and nft read what the other has written. */
final class NftRulesKernelTest {

    private static final String TABLE = KernelUnderTest.NFT_TABLE;
    private static final NftStatement COUNT = new NftStatement.Counter();
    private static final NftStatement DROP = new NftStatement.Drop();
    private static final NftStatement ACCEPT = new NftStatement.Accept();
    private static final NftStatement NOTRACK = new NftStatement.Notrack();
    private static final NftStatement TO_CANDIDATES = new NftStatement.Goto("candidates");
    private static final NftStatement IS_UDP = compare(NftField.L4PROTO, NftStatement.Relation.EQUAL, 17);
    private static final NftType ADDRESS = NftType.IPV4_ADDR;
    private static final NftType PORT = NftType.INET_SERVICE;

    /** Every form of set and statement that there is. */
    private static final NftTable GATE = new NftTable(
            TABLE,
            List.of(
                    NftSet.set("aliasaddrs", ADDRESS),
                    NftSet.map("aliases", false, ADDRESS, ADDRESS, PORT),
                    NftSet.set("callers", ADDRESS),
                    NftSet.set("callerports", PORT),
                    NftSet.map("endpoints", true, ADDRESS, ADDRESS, PORT, PORT),
                    NftSet.set("listeners", ADDRESS, PORT),
                    NftSet.set("pairs", ADDRESS, ADDRESS),
                    NftSet.meter("sources", new NftSet.Meter(65535, Duration.ofSeconds(10)), ADDRESS)),
            List.of(
                    base("prerouting", NftChain.Hook.PREROUTING, prerouting()),
                    base("output", NftChain.Hook.OUTPUT, output()),
                    base("postrouting", NftChain.Hook.POSTROUTING, postrouting()),
                    new NftChain("proofs", Optional.empty(), proofs()),
                    new NftChain("candidates", Optional.empty(), candidates())));

    @TempDir
    Path directory;

    private NetworkNamespace namespace;
    private Backend backend;

    @BeforeEach
    void open() throws BackendException {
        namespace = NetworkNamespace.create("nft");
        backend = namespace.call(() -> RealKernel.provider("netlink").open(TABLE));
    }

    @AfterEach
    void close() {
        backend.close();
        namespace.close();
    }

    private static NftChain base(String name, NftChain.Hook hook, List<NftRule> rules) {
        return new NftChain(name, Optional.of(NftChain.Base.filter(hook, -300)), rules);
    }

    private static NftStatement compare(NftField field, NftStatement.Relation relation, int value) {
        return new NftStatement.Compare(field, relation, value);
    }

    private static NftStatement equal(NftField field, int value) {
        return compare(field, NftStatement.Relation.EQUAL, value);
    }

    private static NftStatement in(String set, NftField... key) {
        return new NftStatement.Lookup(List.of(key), true, set);
    }

    private static NftRule rule(NftStatement... statements) {
        return new NftRule("", List.of(statements));
    }

    private static NftRule commented(String comment, NftStatement... statements) {
        return new NftRule(comment, List.of(statements));
    }

    private static List<NftRule> prerouting() {
        NftStatement.Relation not = NftStatement.Relation.NOT_EQUAL;
        List<NftField> destination = List.of(NftField.IP_DADDR, NftField.TH_DPORT);
        List<NftField> endpoint = List.of(NftField.IP_SADDR, NftField.TH_SPORT, NftField.TH_DPORT);
        return List.of(
                commented("straight to an alias", in("aliasaddrs", NftField.IP_DADDR), COUNT, DROP),
                commented(
                        "IPIP without UDP",
                        equal(NftField.L4PROTO, 4),
                        in("pairs", NftField.IP_SADDR, NftField.IP_DADDR),
                        COUNT,
                        DROP),
                rule(compare(NftField.L4PROTO, not, 17), ACCEPT),
                rule(new NftStatement.Lookup(destination, false, "listeners"), ACCEPT),
                rule(NOTRACK),
                rule(compare(NftField.UDP_LENGTH, NftStatement.Relation.AT_MOST, 81), new NftStatement.Jump("proofs")),
                rule(
                        equal(NftField.INNER_VERSION, 4),
                        new NftStatement.Rewrite(NftField.IP_DADDR, endpoint, "endpoints"),
                        ACCEPT),
                rule(equal(NftField.UDP_LENGTH, 81), TO_CANDIDATES),
                rule(in("callers", NftField.IP_SADDR), TO_CANDIDATES),
                rule(in("callerports", NftField.TH_SPORT), TO_CANDIDATES),
                commented("not admitted", COUNT, DROP));
    }

    private static List<NftRule> proofs() {
        return List.of(
                rule(
                        equal(NftField.UDP_LENGTH, 81),
                        compare(NftField.INNER_LENGTH, NftStatement.Relation.NOT_EQUAL, 73),
                        TO_CANDIDATES),
                rule(
                        compare(NftField.UDP_LENGTH, NftStatement.Relation.AT_LEAST, 8),
                        compare(NftField.UDP_LENGTH, NftStatement.Relation.AT_MOST, 27),
                        TO_CANDIDATES));
    }

    private static List<NftRule> candidates() {
        return List.of(
                commented(
                        "too many from one source",
                        new NftStatement.RateOverByKey(
                                "sources", List.of(NftField.IP_SADDR), new NftStatement.RateOver(50, 100)),
                        COUNT,
                        DROP),
                commented("too many in all", new NftStatement.RateOver(2000, 1000), COUNT, DROP),
                commented("to the agent", COUNT, new NftStatement.Queue(0)));
    }

    private static List<NftRule> output() {
        return List.of(
                rule(IS_UDP, in("listeners", NftField.IP_SADDR, NftField.TH_SPORT), NOTRACK),
                rule(in("aliasaddrs", NftField.IP_SADDR), NOTRACK));
    }

    private static List<NftRule> postrouting() {
        List<NftField> alias = List.of(NftField.IP_SADDR, NftField.TH_SPORT);
        return List.of(rule(IS_UDP, new NftStatement.Rewrite(NftField.IP_SADDR, alias, "aliases")));
    }

    /** The table in nft's language, from the records' own words. */
    private static String text(NftTable table) {
        StringBuilder text = new StringBuilder("table ip " + table.name() + " {\n");
        for (NftSet set : table.sets()) {
            text.append(set.data().isPresent() ? "map " : "set ").append(set.name());
            text.append(" { ").append(set).append(" }\n");
        }
        for (NftChain chain : table.chains()) {
            text.append("chain ").append(chain.name()).append(" {\n");
            chain.base().ifPresent(base -> text.append(base).append('\n'));
            chain.rules().forEach(each -> text.append(each).append('\n'));
            text.append("}\n");
        }
        return text.append("}\n").toString();
    }

    private void nft(String text) {
        try {
            Path file = Files.writeString(directory.resolve("nft"), text);
            namespace.run("nft", "-f", file.toString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String listing() {
        return namespace.run("nft", "list", "table", "ip", TABLE);
    }

    private void execute(Operation... operations) throws BackendException {
        execute(List.of(operations));
    }

    private void execute(List<Operation> operations) throws BackendException {
        assertThat(backend.execute(operations)).extracting(Outcome::status).containsOnly(Status.DONE);
    }

    private static NftElement endpoint(int number) {
        return NftElement.of(
                        TABLE,
                        "endpoints",
                        NftValue.of(new Ipv4(0x0a000000 + number)),
                        NftValue.port(1 + number % 65535),
                        NftValue.port(10000))
                .to(NftValue.of(new Ipv4(0xac1d0000 + number)));
    }

    @Test
    void whatNetlinkWritesIsWhatNftWouldHaveWritten() throws BackendException {
        nft(text(GATE));
        String theirs = listing();
        nft("delete table ip " + TABLE);

        execute(Operation.create(GATE));

        assertThat(listing()).isEqualTo(theirs);
        assertThat(backend.observe().table()).contains(GATE);
    }

    @Test
    void whatNftWritesIsReadAsTheSameRecords() throws BackendException {
        nft(text(GATE));
        assertThat(backend.observe().table()).contains(GATE);

        String listed = listing();
        nft("delete table ip " + TABLE + "\n" + listed);
        assertThat(backend.observe().table()).contains(GATE);
        assertThat(backend.ruleCounters().keySet())
                .containsExactlyInAnyOrder(
                        "straight to an alias",
                        "IPIP without UDP",
                        "not admitted",
                        "too many from one source",
                        "too many in all",
                        "to the agent");
    }

    @Test
    void elementsAreReadAndWrittenWithTheirTimes() throws BackendException {
        nft(text(GATE) + "add element ip ipipou endpoints { 1.2.3.4 . 5 . 6 timeout 1h : 7.8.9.10 }\n"
                + "add element ip ipipou callerports { 5 }\n"
                + "add element ip ipipou aliases { 1.2.3.4 . 5 : 9.9.9.9 }\n");
        NftElement endpoint = NftElement.of(
                        TABLE, "endpoints", NftValue.of(Ipv4.of("1.2.3.4")), NftValue.port(5), NftValue.port(6))
                .to(NftValue.of(Ipv4.of("7.8.9.10")));
        NftElement alias = NftElement.of(TABLE, "aliases", NftValue.of(Ipv4.of("1.2.3.4")), NftValue.port(5))
                .to(NftValue.of(Ipv4.of("9.9.9.9")));
        NftElement port = NftElement.of(TABLE, "callerports", NftValue.port(5));
        Duration hour = Duration.ofHours(1);

        ObservedState observed = backend.observe();
        assertThat(observed.elements())
                .usingElementComparator((a, b) -> a.sameButForTime(b) ? 0 : 1)
                .containsExactlyInAnyOrder(endpoint.keptFor(Optional.of(hour)), alias, port);
        assertThat(timeout(endpoint)).isBetween(hour.minusMinutes(1), hour);

        Duration day = Duration.ofDays(1);
        execute(
                Operation.update(endpoint.keptFor(Optional.of(hour)), endpoint.keptFor(Optional.of(day))),
                Operation.delete(alias),
                Operation.delete(NftElement.of(TABLE, "callers", NftValue.of(Ipv4.of("8.8.8.8")))));
        assertThat(timeout(endpoint)).isBetween(day.minusMinutes(1), day);
        assertThat(listing()).contains("timeout 1d").doesNotContain("9.9.9.9");

        execute(Operation.update(endpoint.keptFor(Optional.of(day)), endpoint));
        assertThat(backend.observe().elements()).containsExactlyInAnyOrder(endpoint, port);
    }

    private Duration timeout(NftElement element) throws BackendException {
        return backend.observe().elements().stream()
                .filter(each -> each.id().equals(element.id()))
                .findFirst()
                .flatMap(NftElement::timeout)
                .orElseThrow();
    }

    /** And is the one that packets see from one moment to the next. */
    @Test
    void anUpdateKeepsElementsOfTheSetsThatStay() throws BackendException {
        execute(Operation.create(GATE), Operation.create(endpoint(1)));
        execute(Operation.create(NftElement.of(TABLE, "callers", NftValue.of(Ipv4.of("8.8.8.8")))));
        NftTable changed =
                with(GATE, set -> set.name().equals("callers") ? NftSet.set("callers", PORT) : set, chain -> {
                    List<NftRule> rules = chain.rules().stream()
                            .filter(rule -> !rule.toString().contains("callers"))
                            .toList();
                    return new NftChain(chain.name(), chain.base(), rules);
                });

        execute(Operation.update(GATE, changed));
        ObservedState observed = backend.observe();
        assertThat(observed.table()).contains(changed);
        assertThat(observed.elements()).containsExactly(endpoint(1));

        execute(Operation.update(changed, GATE));
        assertThat(backend.observe().table()).contains(GATE);
        assertThat(backend.observe().elements()).containsExactly(endpoint(1));
    }

    private static NftTable with(NftTable table, UnaryOperator<NftSet> sets, UnaryOperator<NftChain> chains) {
        return new NftTable(
                table.name(),
                table.sets().stream().map(sets).toList(),
                table.chains().stream().map(chains).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add set ip ipipou more { type ipv4_addr; flags interval; }",
                "add set ip ipipou more { type ipv4_addr; size 10; }",
                "add set ip ipipou more { type ether_addr; }",
                "add set ip ipipou more { type ipv4_addr; flags dynamic; }",
                "add set ip ipipou more { type ipv4_addr; flags timeout; timeout 5s; }",
                "add set ip ipipou more { type ipv4_addr; counter; }",
                "add map ip ipipou more { type ipv4_addr : verdict; }",
                "add counter ip ipipou more",
                "add flowtable ip ipipou more { hook ingress priority 0; }",
                "add chain ip ipipou more",
                "add chain ip ipipou more { type nat hook postrouting priority 100; policy accept; }",
                "add chain ip ipipou output { policy drop; }",
                "add table ip ipipou { flags dormant; }",
                "add element ip ipipou aliases { * : 1.2.3.4 }",
                "add rule ip ipipou proofs ip saddr { 1.1.1.1, 2.2.2.2 } accept",
                "add rule ip ipipou proofs ip saddr 10.0.0.0/8 accept",
                "add rule ip ipipou proofs ip saddr 10.0.0.1-10.0.0.9 accept",
                "add rule ip ipipou proofs jump { accept; }",
                "add rule ip ipipou proofs queue num 0 bypass",
                "add rule ip ipipou proofs queue num 0-3",
                "add rule ip ipipou proofs limit rate 5/second drop",
                "add rule ip ipipou proofs limit rate over 5/minute drop",
                "add rule ip ipipou proofs ip saddr set 1.2.3.4",
                "add rule ip ipipou proofs th dport set 5",
                "add rule ip ipipou proofs ct state new accept",
                "add rule ip ipipou proofs update @sources { ip saddr timeout 5s limit rate over 1/second } drop",
                "add rule ip ipipou proofs add @sources { ip saddr limit rate over 1/second } drop",
                "add rule ip ipipou proofs @th,64,4 & 3 == 1 accept",
                "add rule ip ipipou proofs @th,32,16 < 81 accept",
                "add rule ip ipipou proofs @th,16,32 5 accept",
                "add rule ip ipipou proofs return",
                "add rule ip ipipou proofs log prefix \"x\"",
                "add rule ip ipipou proofs meta mark set 5",
                "add rule ip ipipou proofs reject"
            })
    void whatWeNeverWriteShowsAndIsMended(String foreign) throws BackendException {
        execute(Operation.create(GATE), Operation.create(endpoint(1)));
        nft(foreign);

        NftTable observed = backend.observe().table().orElseThrow();
        assertThat(observed).as(foreign).isNotEqualTo(GATE);

        execute(Operation.update(observed, GATE));
        assertThat(backend.observe().table()).as(foreign).contains(GATE);
        assertThat(backend.observe().elements()).as(foreign).containsExactly(endpoint(1));
    }

    @Test
    void aTransactionIsDoneOrNothingOfIt() throws BackendException {
        execute(Operation.create(GATE));
        NftElement clash = endpoint(1).to(NftValue.of(Ipv4.of("6.6.6.6")));

        List<Outcome> outcomes = backend.execute(List.of(
                Operation.create(endpoint(1)),
                Operation.create(endpoint(2)),
                Operation.create(clash),
                Operation.create(endpoint(3))));

        assertThat(outcomes)
                .extracting(Outcome::status)
                .containsExactly(Status.NOT_ATTEMPTED, Status.NOT_ATTEMPTED, Status.FAILED, Status.NOT_ATTEMPTED);
        assertThat(outcomes.get(2).refusal().orElseThrow().errno()).isEqualTo("EEXIST");
        assertThat(backend.observe().elements()).isEmpty();
        assertThat(backend.execute(List.of(Operation.create(GATE)))
                        .get(0)
                        .refusal()
                        .orElseThrow()
                        .errno())
                .isEqualTo("EEXIST");
    }

    @Test
    void thousandsOfElementsAreOneTransaction() throws BackendException {
        List<Operation> operations = new ArrayList<>(List.of(Operation.create(GATE)));
        IntStream.range(0, 5000).forEach(i -> operations.add(Operation.create(endpoint(i))));

        long start = System.nanoTime();
        execute(operations);
        long written = System.nanoTime();
        ObservedState observed = backend.observe();
        long read = System.nanoTime();

        assertThat(observed.elements()).hasSize(5000).contains(endpoint(4999));
        execute(operations.stream().skip(1).map(Operation::inverse).toList());
        assertThat(backend.observe().elements()).isEmpty();
        System.out.printf(
                "5000 elements: written in %d ms, read in %d ms, deleted in %d ms%n",
                (written - start) / 1_000_000, (read - written) / 1_000_000, (System.nanoTime() - read) / 1_000_000);
    }

    @Test
    void deletingWhatIsGoneIsDone() throws BackendException {
        execute(Operation.delete(GATE), Operation.delete(endpoint(1)));
        execute(Operation.create(GATE), Operation.create(endpoint(1)));
        execute(Operation.delete(endpoint(1)), Operation.delete(endpoint(2)), Operation.delete(GATE));
        execute(Operation.delete(GATE));
        assertThat(backend.observe().table()).isEmpty();
    }
}
