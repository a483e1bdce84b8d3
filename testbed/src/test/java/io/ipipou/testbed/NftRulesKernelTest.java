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
import io.ipipou.testkit.SampleTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The netlink backend and {@code nft} read each other's tables, and an update is atomic. */
@KernelDependent
final class NftRulesKernelTest {

    private static final String TABLE = KernelUnderTest.NFT_TABLE;
    private static final NftTable GATE = SampleTable.gate();
    private static final String FLOOD = """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            refused = sent = 0
            print("started")
            try:
                while True:
                    try:
                        s.sendto(b"x", ("203.0.113.7", 9))
                        sent += 1
                    except PermissionError:
                        refused += 1
            except KeyboardInterrupt:
                print(f"refused {refused}, sent {sent}")
            """;

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

    private void nft(String text) {
        new IpOutsideChanges(namespace).nft(text);
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

    @Test
    void nftPrintsTheTableOfTheNetlinkBackendLikeItsOwn() throws BackendException {
        nft(IpOutsideChanges.nftText("ip", GATE));
        String loadedByNft = listing();
        nft("delete table ip " + TABLE);

        execute(Operation.create(GATE));

        assertThat(listing()).isEqualTo(loadedByNft);
        assertThat(backend.observe().table()).contains(GATE);
    }

    @Test
    void aTableLoadedByNftIsReadAsTheSameRecords() throws BackendException {
        nft(IpOutsideChanges.nftText("ip", GATE));
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
    void elementsAreReadAndWrittenWithTheirTimeouts() throws BackendException {
        nft(IpOutsideChanges.nftText("ip", GATE)
                + "add element ip ipipou endpoints { 1.2.3.4 . 5 . 6 timeout 1h : 7.8.9.10 }\n"
                + "add element ip ipipou callerports { 5 }\n"
                + "add element ip ipipou aliases { 1.2.3.4 . 5 : 9.9.9.9 }\n");
        NftElement endpoint = NftElement.of(
                        TABLE, "endpoints", NftValue.of(Ipv4.of("1.2.3.4")), NftValue.port(5), NftValue.port(6))
                .withData(NftValue.of(Ipv4.of("7.8.9.10")));
        NftElement alias = NftElement.of(TABLE, "aliases", NftValue.of(Ipv4.of("1.2.3.4")), NftValue.port(5))
                .withData(NftValue.of(Ipv4.of("9.9.9.9")));
        NftElement port = NftElement.of(TABLE, "callerports", NftValue.port(5));
        Duration hour = Duration.ofHours(1);

        ObservedState observed = backend.observe();
        assertThat(observed.elements())
                .usingElementComparator((a, b) -> a.equalsIgnoringTimeout(b) ? 0 : 1)
                .containsExactlyInAnyOrder(endpoint.withTimeout(Optional.of(hour)), alias, port);
        assertThat(timeout(endpoint)).isBetween(hour.minusMinutes(1), hour);

        Duration day = Duration.ofDays(1);
        execute(
                Operation.update(endpoint.withTimeout(Optional.of(hour)), endpoint.withTimeout(Optional.of(day))),
                Operation.delete(alias),
                Operation.delete(NftElement.of(TABLE, "callers", NftValue.of(Ipv4.of("8.8.8.8")))));
        assertThat(timeout(endpoint)).isBetween(day.minusMinutes(1), day);
        assertThat(listing()).contains("timeout 1d").doesNotContain("9.9.9.9");

        execute(Operation.update(endpoint.withTimeout(Optional.of(day)), endpoint));
        assertThat(backend.observe().elements()).containsExactlyInAnyOrder(endpoint, port);
    }

    private Duration timeout(NftElement element) throws BackendException {
        return backend.observe().elements().stream()
                .filter(each -> each.id().equals(element.id()))
                .findFirst()
                .flatMap(NftElement::timeout)
                .orElseThrow();
    }

    /** Between two tables that both drop a flood, no packet leaves the host, and the set keeps its element. */
    @Test
    void noPacketPassesDuringAnUpdate() throws BackendException {
        namespace.ip("link", "add", "name", "d0", "up", "type", "dummy");
        namespace.ip("addr", "add", "203.0.113.1/24", "dev", "d0");
        nft("table ip seen { chain out { type filter hook postrouting priority 0; ip daddr 203.0.113.7 counter\n}\n}");
        NftElement target = NftElement.of(TABLE, "targets", NftValue.of(Ipv4.of("203.0.113.7")));
        NftTable one = barrier(NftChain.Hook.OUTPUT, -300, List.of());
        NftTable other = barrier(NftChain.Hook.OUTPUT, -200, List.of(NftSet.set("more", NftType.INET_SERVICE)));
        execute(Operation.create(one), Operation.create(target));

        Background flood = namespace.start("python3", "-u", "-c", FLOOD).awaitLine("started");
        for (int i = 0; i < 50; i++) {
            execute(i % 2 == 0 ? Operation.update(one, other) : Operation.update(other, one));
        }
        assertThat(flood.interrupt()).containsPattern("refused [1-9][0-9]{2,}, sent 0");

        assertThat(namespace.run("nft", "list", "table", "ip", "seen")).contains("packets 0 bytes 0");
        assertThat(backend.ruleCounters()).hasEntrySatisfying("barrier", counter -> assertThat(counter.packets())
                .isPositive());
        assertThat(backend.observe().table()).contains(one);
        assertThat(backend.observe().elements()).containsExactly(target);
    }

    private static NftTable barrier(NftChain.Hook hook, int priority, List<NftSet> more) {
        List<NftSet> sets = new ArrayList<>(more);
        sets.add(NftSet.set("targets", NftType.IPV4_ADDR));
        List<NftStatement> drop = List.of(
                new NftStatement.Lookup(List.of(NftField.IP_DADDR), true, "targets"),
                new NftStatement.Counter(),
                new NftStatement.Drop());
        NftChain chain = new NftChain(
                "out",
                Optional.of(NftChain.Base.filter(hook, priority)),
                Collections.nCopies(1 + more.size(), new NftRule("barrier", drop)));
        return new NftTable(TABLE, sets, List.of(chain));
    }

    /** The kernel detects the loop only at the end of the transaction, and reports nothing but EMLINK. */
    @Test
    void namesTheRuleThatTheKernelRefuses() throws BackendException {
        List<NftChain> chains = List.of(
                new NftChain(
                        "in",
                        Optional.of(NftChain.Base.filter(NftChain.Hook.INPUT, 0)),
                        List.of(new NftRule("", List.of(new NftStatement.Jump("loop"))))),
                new NftChain(
                        "loop", Optional.empty(), List.of(new NftRule("", List.of(new NftStatement.Jump("loop"))))));

        Outcome outcome = backend.execute(List.of(Operation.create(new NftTable(TABLE, List.of(), chains))))
                .get(0);
        assertThat(outcome.refusal().orElseThrow().toString())
                .contains("rule 'jump loop'")
                .contains("EMLINK");
        assertThat(backend.observe().table()).isEmpty();
    }

    @Test
    void refusedAttributeIsNamed() throws BackendException {
        NftElement element = NftElement.of(TABLE, "callers", NftValue.of(Ipv4.of("1.2.3.4")));

        Outcome outcome = backend.execute(List.of(Operation.create(element))).get(0);
        assertThat(outcome.refusal().orElseThrow())
                .hasToString("No such object: attribute NFTA_SET_ELEM_LIST_TABLE at offset 20 (ENOENT)");
    }

    @Test
    void thousandsOfElementsAreOneTransaction() throws BackendException {
        Optional<Duration> hour = Optional.of(Duration.ofHours(1));
        List<NftElement> elements = IntStream.range(0, 5000)
                .mapToObj(i -> SampleTable.endpoint(i).withTimeout(hour))
                .toList();
        execute(Operation.create(GATE));
        execute(elements.stream().map(Operation::create).toList());
        assertThat(backend.observe().elements()).hasSize(5000);
        execute(elements.stream().map(each -> Operation.update(each, each)).toList());
        execute(Operation.update(GATE, GATE));
        List<Operation> bad =
                new ArrayList<>(elements.stream().map(Operation::delete).toList());
        bad.add(4000, Operation.create(SampleTable.endpoint(4999).withData(NftValue.of(Ipv4.of("6.6.6.6")))));
        assertThat(backend.execute(bad).get(4000).refusal().orElseThrow().errno())
                .isEqualTo("EEXIST");
        assertThat(backend.observe().elements()).hasSize(5000);
        execute(elements.stream().map(Operation::delete).toList());
        assertThat(backend.observe().elements()).isEmpty();
    }
}
