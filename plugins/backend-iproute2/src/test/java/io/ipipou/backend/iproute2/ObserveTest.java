package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading, with a tool that does not do as it should. */
final class ObserveTest {

    private final FakeIp fake;

    ObserveTest(@TempDir Path directory) throws IOException {
        this.fake = new FakeIp(directory);
    }

    @Test
    void oneProcessReadsEverything() throws Exception {
        fake.shows(Recorded.text("6.1/state.json"));
        try (Iproute2Backend backend = fake.backend()) {
            assertThat(backend.observe().links()).hasSize(6);
            assertThat(backend.launches()).isEqualTo(1);
        }
        assertThat(fake.arguments(0)).isEqualTo("-json -details -Numeric -batch -");
        assertThat(fake.input(0)).containsExactly("addr show", "route show table main type unicast", "fou show");
    }

    @Test
    void anInterruptedDumpIsReadAgain() throws Exception {
        String interrupted = "Dump was interrupted and may be inconsistent.\n";
        fake.replies(0, Recorded.text("6.1/state.json"), interrupted)
                .replies(2, "[", interrupted)
                .shows(FakeIp.NOTHING);
        try (Iproute2Backend backend = fake.backend()) {
            assertThat(backend.observe().links()).isEmpty();
        }
        for (int i = 0; i < 4; i++) {
            fake.replies(0, FakeIp.NOTHING, interrupted);
        }
        refused("changes faster");
    }

    @Test
    void aToolThatIsTooOldIsToldAsSuch() throws Exception {
        fake.replies(255, "", "Option \"-Numeric\" is unknown, try \"ip -help\".\n");
        refused("too old");
        fake.replies(255, "[][]", "Command \"show\" is unknown, try \"ip fou help\".\n");
        refused("too old");
        fake.replies(1, "", "ip: unrecognized option: json\nBusyBox v1.35.0 multi-call binary.\n");
        refused("not of iproute2");
    }

    @Test
    void aKernelWithoutFouIsToldAsSuch() throws Exception {
        fake.replies(1, "[][]", "RTNETLINK answers: No such file or directory\nError talking to the kernel\n");
        refused("modprobe fou");
    }

    @Test
    void whateverElseGoesWrongIsToldInItsOwnWords() throws Exception {
        fake.replies(2, "", "Cannot open netlink socket: Too many open files\n");
        refused("exit status 2): Cannot open netlink socket: Too many open files");
        fake.replies(1, "", "");
        refused("did not say why");
        fake.shows("[][]");
        refused("with 2 lists");
        fake.shows("Segmentation fault");
        refused("not JSON");
        fake.shows("{}");
        refused("not a list");
    }

    private void refused(String why) throws Exception {
        try (Iproute2Backend backend = fake.backend()) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(backend::observe)
                    .withMessageContaining(why);
        }
    }
}
