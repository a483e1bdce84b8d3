package io.ipipou.backend.iproute2;

import static io.ipipou.spi.plan.Outcome.Status.DONE;
import static io.ipipou.spi.plan.Outcome.Status.FAILED;
import static io.ipipou.spi.plan.Outcome.Status.NOT_ATTEMPTED;
import static io.ipipou.testkit.SampleLinks.tunnel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import io.ipipou.testkit.SampleTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which processes a write to the table takes, with which scripts, and how their results become outcomes. */
final class NftExecutionTest {

    private static final NftTable GATE = SampleTable.gate();
    private static final NftElement ENDPOINT = SampleTable.endpoint(0);
    private static final NftElement CALLER = NftElement.of("ipipou", "callers", NftValue.of(Ipv4.of("192.0.2.7")));

    private final FakeTool ip;
    private final FakeTool nft;

    NftExecutionTest(@TempDir Path directory) throws IOException {
        ip = new FakeTool(Files.createDirectory(directory.resolve("ip")));
        nft = new FakeTool(Files.createDirectory(directory.resolve("nft")));
    }

    private Iproute2Backend backend() {
        return ip.backend(nft);
    }

    private List<Outcome> execute(Operation... operations) throws BackendException {
        try (Iproute2Backend backend = backend()) {
            List<Outcome> outcomes = backend.execute(List.of(operations));
            assertThat(outcomes.stream().map(Outcome::operation)).containsExactly(operations);
            return outcomes;
        }
    }

    private static List<Outcome.Status> statuses(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::status).toList();
    }

    @Test
    void creationsTakeOneProcessAndDoNotReadTheTable() throws Exception {
        nft.succeeds();
        assertThat(statuses(execute(
                        Operation.create(GATE),
                        Operation.create(ENDPOINT),
                        Operation.create(CALLER),
                        Operation.create(SampleTable.endpoint(1).withTimeout(Optional.of(Duration.ofMillis(1500)))))))
                .containsOnly(DONE);
        assertThat(nft.launches()).isEqualTo(1);
        assertThat(nft.arguments(0)).isEqualTo("-f -");
        assertThat(nft.input(0))
                .startsWith("create table ip ipipou", "table ip ipipou {", "set aliasaddrs { type ipv4_addr; }")
                .endsWith(
                        "}",
                        "add element ip ipipou endpoints {",
                        "198.18.0.0 . 65535 . 10000 : 172.29.0.0,",
                        "198.18.0.1 . 65534 . 10000 timeout 1500ms : 172.29.0.1",
                        "}",
                        "add element ip ipipou callers {",
                        "192.0.2.7",
                        "}");
        assertThat(ip.launches()).isZero();
    }

    @Test
    void deletingAndUpdatingElementsDoesNotReadTheTableFirst() throws Exception {
        nft.succeeds();
        assertThat(statuses(execute(
                        Operation.delete(ENDPOINT),
                        Operation.update(
                                SampleTable.endpoint(1),
                                SampleTable.endpoint(1).withTimeout(Optional.of(Duration.ofHours(1)))),
                        Operation.create(ENDPOINT))))
                .containsOnly(DONE);
        assertThat(nft.launches()).isEqualTo(1);
        assertThat(nft.input(0))
                .containsExactly(
                        "delete element ip ipipou endpoints {",
                        "198.18.0.0 . 65535 . 10000,",
                        "198.18.0.1 . 65534 . 10000",
                        "}",
                        "add element ip ipipou endpoints {",
                        "198.18.0.1 . 65534 . 10000 timeout 3600000ms : 172.29.0.1",
                        "}",
                        "add element ip ipipou endpoints {",
                        "198.18.0.0 . 65535 . 10000 : 172.29.0.0",
                        "}");
    }

    @Test
    void theTableIsReadAfterARefusalAndMissingElementsAreSkipped() throws Exception {
        nft.refuses(2, "No such file or directory")
                .prints(Recorded.text("6.1/nft/gate"))
                .succeeds();
        NftElement present = NftElement.of("ipipou", "callerports", NftValue.port(0));
        assertThat(statuses(execute(
                        Operation.delete(CALLER),
                        Operation.update(ENDPOINT, ENDPOINT.withData(NftValue.of(new Ipv4(1)))),
                        Operation.delete(present))))
                .containsOnly(DONE);
        assertThat(nft.arguments(1)).isEqualTo("-y -a --debug=netlink list table ip ipipou");
        assertThat(nft.input(2))
                .containsExactly(
                        "add element ip ipipou endpoints {",
                        "198.18.0.0 . 65535 . 10000 : 0.0.0.1",
                        "}",
                        "delete element ip ipipou callerports {",
                        "0",
                        "}");
    }

    @Test
    void ifTheTableIsMissingItsElementsAreToo() throws Exception {
        nft.refuses(1, "No such file or directory").hasNoTable();
        assertThat(statuses(execute(Operation.delete(CALLER), Operation.delete(ENDPOINT))))
                .containsOnly(DONE);
        assertThat(nft.launches()).isEqualTo(2);

        nft.refuses(1, "No such file or directory").hasNoTable();
        List<Outcome> outcomes = execute(Operation.delete(CALLER), Operation.update(ENDPOINT, ENDPOINT));
        assertThat(statuses(outcomes)).containsExactly(NOT_ATTEMPTED, FAILED);
        assertThat(outcomes.get(1).refusal()).contains(new Refusal("ENOENT", "the table ipipou no longer exists"));
    }

    @Test
    void deletingATableIsOneTransactionThatAllowsItToBeMissing() throws Exception {
        nft.succeeds();
        assertThat(statuses(execute(Operation.delete(ENDPOINT), Operation.delete(GATE))))
                .containsOnly(DONE);
        assertThat(nft.input(0)).containsExactly("add table ip ipipou", "delete table ip ipipou");
    }

    @Test
    void anUpdateReplacesWhatTheTableActuallyContains() throws Exception {
        nft.prints(Recorded.text("6.1/nft/unsupported")).succeeds();
        NftTable after = new NftTable(
                "ipipou",
                List.of(NftSet.set("n", NftType.IPV4_ADDR), NftSet.set("k", NftType.IPV4_ADDR)),
                List.of(SampleTable.gate().chains().get(1), new NftChain("one", Optional.empty(), List.of())));
        NftElement kept = NftElement.of("ipipou", "n", NftValue.of(Ipv4.of("1.2.3.4")));
        NftElement gone = NftElement.of("ipipou", "pairs", NftValue.of(Ipv4.of("1.2.3.4")), NftValue.port(1));
        execute(Operation.update(GATE, after), Operation.delete(kept), Operation.delete(gone));

        List<String> lines = nft.input(1);
        assertThat(lines)
                .startsWith("add table ip ipipou")
                .contains("flush chain ip ipipou one", "delete set ip ipipou k", "set k { type ipv4_addr; }")
                .contains("delete map ip ipipou h", "delete ct helper ip ipipou ftp", "delete flowtable ip ipipou ft")
                .contains("delete chain ip ipipou two", "chain one {", "chain output {")
                .doesNotContain("delete set ip ipipou n", "delete chain ip ipipou one", "set n { type ipv4_addr; }")
                .endsWith("delete element ip ipipou n {", "1.2.3.4", "}");
        assertThat(lines.indexOf("delete chain ip ipipou two"))
                .isGreaterThan(lines.indexOf("delete map ip ipipou h"))
                .isLessThan(lines.indexOf("table ip ipipou {"));
        assertThat(lines.indexOf("flush chain ip ipipou four")).isLessThan(lines.indexOf("delete set ip ipipou a"));
    }

    @Test
    void anUpdateOfAMissingTableIsNotSent() throws Exception {
        nft.hasNoTable();
        List<Outcome> outcomes = execute(Operation.create(CALLER), Operation.update(GATE, GATE));
        assertThat(statuses(outcomes)).contains(FAILED).doesNotContain(DONE);
        assertThat(nft.launches()).isEqualTo(1);
    }

    @Test
    void theOperationOfTheRefusedLineFails() throws Exception {
        nft.refuses(3, "File exists");
        List<Outcome> outcomes = execute(
                Operation.create(ENDPOINT), Operation.create(SampleTable.endpoint(1)), Operation.create(CALLER));
        assertThat(statuses(outcomes)).containsExactly(NOT_ATTEMPTED, FAILED, NOT_ATTEMPTED);
        assertThat(outcomes.get(1).refusal()).contains(new Refusal("EEXIST", "File exists"));
        assertThat(nft.launches()).isEqualTo(1);
    }

    @Test
    void retriesEndIfTheTableKeepsChanging() throws Exception {
        String gate = Recorded.text("6.1/nft/gate");
        NftElement present = NftElement.of("ipipou", "callerports", NftValue.port(0));
        for (int i = 0; i < 3; i++) {
            nft.refuses(2, "No such file or directory")
                    .prints(i == 0 ? gate.replace("elements = { 0, 65535 }", "") : gate);
        }
        List<Outcome> outcomes = execute(Operation.update(present, present));
        assertThat(outcomes.get(0).refusal().orElseThrow().errno()).isEqualTo("ENOENT");
        assertThat(nft.launches()).isEqualTo(5);
    }

    @Test
    void anErrorOfNftItselfIsARefusal() throws Exception {
        nft.replies(1, "", "netlink: Error: set is not a map\n");
        assertThat(execute(Operation.create(CALLER.withData(NftValue.of(new Ipv4(1)))))
                        .get(0)
                        .refusal())
                .contains(new Refusal("", "set is not a map"));
        nft.replies(1, "", "netlink: Error: cache initialization failed: Operation not permitted\n");
        assertThat(execute(Operation.create(CALLER))
                        .get(0)
                        .refusal()
                        .orElseThrow()
                        .errno())
                .isEqualTo("EPERM");
    }

    @Test
    void anErrorThatMayHideALostReplyIsNotARefusal() throws Exception {
        for (String lost :
                List.of("netlink: Error: Could not process rule: No buffer space available\n", "", "core dumped")) {
            nft.replies(1, "", lost);
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(() -> execute(Operation.create(CALLER)))
                    .withMessageContaining("the result is unknown");
        }
    }

    @Test
    void operationsOfBothToolsKeepTheirOrder() throws Exception {
        ip.succeeds().succeeds();
        nft.succeeds();
        assertThat(statuses(execute(
                        Operation.create(tunnel(0)),
                        Operation.create(GATE),
                        Operation.create(CALLER),
                        Operation.create(tunnel(1)))))
                .containsOnly(DONE);
        assertThat(ip.launches()).isEqualTo(2);
        assertThat(ip.input(0)).anyMatch(line -> line.contains("'t0'")).noneMatch(line -> line.contains("'t1'"));
        assertThat(nft.launches()).isEqualTo(1);
    }

    /** The group is not deleted as a whole, although it had only links to delete when the state was read. */
    @Test
    void linksCreatedBeforeATableOperationAreKnownAfterIt() throws Exception {
        List<IpipLink> old =
                IntStream.range(1, 11).mapToObj(number -> tunnel(number)).toList();
        ip.prints(IpJson.state(old)).succeeds().succeeds();
        nft.succeeds();
        List<Operation> operations = new ArrayList<>(List.of(Operation.create(tunnel(0)), Operation.create(CALLER)));
        old.forEach(link -> operations.add(Operation.delete(link)));
        operations.add(0, Operation.delete(tunnel(11)));
        try (Iproute2Backend backend = backend()) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(() -> backend.execute(operations))
                    .withMessageContaining("links to delete changed");
        }
        assertThat(ip.input(2))
                .anyMatch(line -> line.startsWith("link show"))
                .noneMatch(line -> line.startsWith("link del"));
    }

    @Test
    void thousandsOfElementsTakeOneProcess() throws Exception {
        nft.succeeds();
        Operation[] operations = IntStream.range(0, 5000)
                .mapToObj(SampleTable::endpoint)
                .map(Operation::create)
                .toArray(Operation[]::new);
        assertThat(statuses(execute(operations))).containsOnly(DONE);
        assertThat(nft.input(0)).hasSize(5002);
    }
}
