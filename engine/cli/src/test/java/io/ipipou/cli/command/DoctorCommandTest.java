package io.ipipou.cli.command;

import static io.ipipou.cli.FakeHost.ipipou;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.FakeHost;
import io.ipipou.core.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arguments, exit status and JSON; the checks themselves see this machine's kernel here. */
class DoctorCommandTest {

    private static final String FILE = """
            apiVersion: ipipou/v1
            peers: {p0: {endpoint: "198.18.0.1:10000"}}
            defaults: {mode: static, peer: p0}
            tunnels:
              t0: {local: {device: wwan0, port: 10000}, inner: {address: 172.28.0.0}}
              t1: {local: {device: eth0, port: 10001}, inner: {address: 172.28.0.2}}
            """;

    @TempDir
    Path directory;

    private String file;

    @BeforeEach
    void host() throws Exception {
        FakeHost.reset();
        file = Files.writeString(directory.resolve("tunnels.yaml"), FILE).toString();
    }

    @Test
    void oneTunnelIsExamined() throws Exception {
        FakeHost.Run run = ipipou("doctor", "--file", file, "--json", "t0");
        assertThat(run.status()).isEqualTo(2);
        JsonNode document = Json.read(run.out());
        assertThat(document.path("format_version").asText()).isEqualTo("1.0");
        assertThat(document.path("ok").asBoolean()).isFalse();
        assertThat(document.path("tunnels")).hasSize(1);
        JsonNode device = document.path("tunnels").path(0).path("checks").path(0);
        assertThat(device.path("check").asText()).isEqualTo("device");
        assertThat(device.path("status").asText()).isEqualTo("failed");
        assertThat(device.path("summary").asText()).isEqualTo("device wwan0 does not exist");
        assertThat(device.path("seen").asText()).contains("eth0");
        assertThat(device.path("remedy").asText()).startsWith("connect or create wwan0");
    }

    @Test
    void theTextNamesEachTunnel() {
        assertThat(ipipou("doctor", "--file", file).out())
                .contains("host\n", "\nt0\n", "\nt1\n", "2 tunnels checked: ");
    }

    @Test
    void wrongArgumentsAreUsageErrors() {
        FakeHost.Run unknown = ipipou("doctor", "--file", file, "t2");
        assertThat(unknown.status()).isEqualTo(64);
        assertThat(unknown.err()).contains("no tunnel is named t2");
        FakeHost.Run positional = ipipou("doctor", file);
        assertThat(positional.status()).isEqualTo(64);
        assertThat(positional.err()).contains("write: ipipou doctor --file " + file);
        assertThat(ipipou("doctor", "--file", directory.resolve("absent").toString())
                        .status())
                .isEqualTo(78);
    }

    @Test
    void aHostThatCannotBeReadIsAnError() {
        FakeHost.kernel().failReads(100);
        FakeHost.Run run = ipipou("doctor", "--file", file);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
    }
}
