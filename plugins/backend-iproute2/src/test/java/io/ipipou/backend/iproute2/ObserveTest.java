package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading the state, and the errors of doing so. */
final class ObserveTest {

    private final FakeTool fake;

    ObserveTest(@TempDir Path directory) throws IOException {
        this.fake = new FakeTool(directory);
    }

    @Test
    void oneProcessReadsTheWholeState() throws Exception {
        fake.prints(Recorded.text("6.1/state.json"));
        try (Iproute2Backend backend = fake.backend()) {
            assertThat(backend.observe().links()).hasSize(6);
            assertThat(fake.launches()).isEqualTo(1);
        }
        assertThat(fake.arguments(0)).isEqualTo("-json -details -Numeric -batch -");
        assertThat(fake.input(0))
                .containsExactly(
                        "addr show",
                        "route show table main type unicast",
                        "route show table all type unicast proto 105 root 0.0.0.0/0",
                        "fou show");
    }

    @Test
    void theRoutesOfATableAreReadAndAMissingTableHasNone() throws Exception {
        fake.prints("[{\"type\":\"1\",\"dst\":\"10.0.0.0/8\",\"dev\":\"t0\",\"protocol\":\"3\",\"metric\":7}]\n")
                .replies(2, "[", "Error: ipv4: FIB table does not exist.\nDump terminated\n");
        try (Iproute2Backend backend = fake.backend()) {
            assertThat(backend.routesIn(-1))
                    .containsExactly(new Route(
                            Ipv4Prefix.of("10.0.0.0/8"),
                            Optional.of(new LinkName("t0")),
                            Optional.empty(),
                            7,
                            Route.PROTOCOL_BOOT,
                            -1));
            assertThat(backend.routesIn(100)).isEmpty();
        }
        assertThat(fake.input(0)).containsExactly("route show table 4294967295 type unicast");
    }

    @Test
    void anInterruptedDumpIsReadAgain() throws Exception {
        String interrupted = "Dump was interrupted and may be inconsistent.\n";
        fake.replies(0, Recorded.text("6.1/state.json"), interrupted)
                .replies(2, "[", interrupted)
                .prints(FakeTool.NOTHING);
        try (Iproute2Backend backend = fake.backend()) {
            assertThat(backend.observe().links()).isEmpty();
        }
        for (int i = 0; i < 4; i++) {
            fake.replies(0, FakeTool.NOTHING, interrupted);
        }
        assertFails("keeps changing");
    }

    @Test
    void anUnsuitableToolIsReported() throws Exception {
        fake.replies(255, "", "Option \"-Numeric\" is unknown, try \"ip -help\".\n");
        assertFails("too old");
        fake.replies(255, "[][]", "Command \"show\" is unknown, try \"ip fou help\".\n");
        assertFails("too old");
        fake.replies(1, "", "ip: unrecognized option: json\nBusyBox v1.35.0 multi-call binary.\n");
        assertFails("not from iproute2");
    }

    @Test
    void onAKernelWithoutFouTheRestIsReadAndNoListenerCanBeCreated() throws Exception {
        fake.replies(1, "[][]", "RTNETLINK answers: No such file or directory\nError talking to the kernel\n")
                .prints("[]\n[]\n[]\n");
        try (Iproute2Backend backend = fake.backend()) {
            assertThat(backend.observe().listeners()).isEmpty();
            assertThat(backend.validate(Operation.create(FouListener.onPort(10000)))
                            .orElseThrow())
                    .contains("modprobe fou");
            assertThat(backend.validate(Operation.delete(FouListener.onPort(10000))))
                    .isEmpty();
        }
        assertThat(fake.launches()).isEqualTo(2);
    }

    @Test
    void otherErrorsAreReportedWithTheOutputOfIp() throws Exception {
        fake.replies(2, "", "Cannot open netlink socket: Too many open files\n");
        assertFails("exit status 2): Cannot open netlink socket: Too many open files");
        fake.replies(1, "", "");
        assertFails("no error message");
        fake.prints("[][]");
        assertFails("2 lists for 4 commands");
        fake.prints("Segmentation fault");
        assertFails("not valid JSON");
        fake.prints("{}");
        assertFails("not a list of objects");
    }

    private void assertFails(String message) throws Exception {
        try (Iproute2Backend backend = fake.backend()) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(backend::observe)
                    .withMessageContaining(message);
        }
    }
}
