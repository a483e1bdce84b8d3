package io.ipipou.backend.iproute2;

import static io.ipipou.spi.plan.Outcome.Status.FAILED;
import static io.ipipou.spi.plan.Outcome.Status.NOT_ATTEMPTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.testkit.SampleTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading the table, and hosts on which it cannot be read or written. */
final class NftAvailabilityTest {

    private static final NftTable GATE = SampleTable.gate();
    private static final NftElement ENDPOINT = SampleTable.endpoint(0);

    private final FakeTool ip;
    private final FakeTool nft;

    NftAvailabilityTest(@TempDir Path directory) throws IOException {
        ip = new FakeTool(Files.createDirectory(directory.resolve("ip")));
        nft = new FakeTool(Files.createDirectory(directory.resolve("nft")));
    }

    private Iproute2Backend backend() {
        return ip.backend(nft);
    }

    @Test
    void withoutNftNoTableIsReadOrWritten() throws Exception {
        ip.prints(FakeTool.NOTHING);
        try (Iproute2Backend backend = ip.backend()) {
            assertThat(backend.observe().table()).isEmpty();
            assertThat(backend.ruleCounters()).isEmpty();
            assertThat(backend.validate(Operation.create(GATE)).orElseThrow()).contains("install the package nftables");
            assertThat(backend.validate(Operation.delete(ENDPOINT))).isPresent();
            List<Outcome> outcomes = backend.execute(List.of(Operation.create(GATE), Operation.create(ENDPOINT)));
            assertThat(outcomes.stream().map(Outcome::status)).containsExactly(FAILED, NOT_ATTEMPTED);
            assertThat(outcomes.get(0).refusal().orElseThrow().message()).contains("nftables");
        }
        assertThat(ip.launches()).isEqualTo(1);
    }

    @Test
    void readingTheStateTakesTwoProcesses() throws Exception {
        ip.prints(FakeTool.NOTHING);
        nft.prints(Recorded.text("6.1/nft/gate"));
        try (Iproute2Backend backend = backend()) {
            assertThat(backend.observe().table()).contains(GATE);
            assertThat(ip.launches() + nft.launches()).isEqualTo(2);
        }
        ip.prints(FakeTool.NOTHING);
        nft.hasNoTable();
        try (Iproute2Backend backend = backend()) {
            assertThat(backend.observe().table()).isEmpty();
        }
    }

    @Test
    void aReadErrorIsReportedWithTheOutputOfNft() throws Exception {
        nft.replies(1, "", "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed\n");
        try (Iproute2Backend backend = backend()) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(backend::ruleCounters)
                    .satisfies(
                            failure -> assertThat(failure.isPermissionDenied()).isTrue());
        }
        nft.replies(3, "", "");
        try (Iproute2Backend backend = backend()) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(backend::ruleCounters)
                    .withMessageContaining("exit status 3): it printed no error message");
        }
    }

    /** The errors of nft on a kernel without its modules. */
    @Test
    void withoutNftablesInTheKernelNoTableIsReadOrWritten() throws Exception {
        String noSocket = "mnl.c:60: Unable to initialize Netlink socket: Protocol not supported\n";
        nft.replies(1, "", "netlink: Error: cache initialization failed: Invalid argument\n")
                .replies(3, "", noSocket);
        try (Iproute2Backend backend = backend()) {
            assertThat(backend.ruleCounters()).isEmpty();
            assertThat(backend.ruleCounters()).isEmpty();
        }
        nft.refuses(1, "Operation not supported").replies(3, "", noSocket);
        for (String errno : List.of("EOPNOTSUPP", "EPROTONOSUPPORT")) {
            try (Iproute2Backend backend = backend()) {
                Refusal refusal = backend.execute(List.of(Operation.create(GATE)))
                        .get(0)
                        .refusal()
                        .orElseThrow();
                assertThat(refusal.errno()).isEqualTo(errno);
                assertThat(refusal.message()).contains("modprobe nf_tables");
            }
        }
    }
}
