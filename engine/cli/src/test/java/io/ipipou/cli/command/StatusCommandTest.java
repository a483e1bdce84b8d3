package io.ipipou.cli.command;

import static io.ipipou.cli.FakeHost.ipipou;
import static io.ipipou.cli.FakeHost.source;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ipipou.cli.FakeHost;
import io.ipipou.cli.FakeHost.Run;
import io.ipipou.cli.process.Directories;
import io.ipipou.spi.state.LinkName;
import io.ipipou.testkit.source.ScriptedSource;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusCommandTest {

    private static final String FILE = """
            apiVersion: ipipou/v1
            peers: {p0: {endpoint: "198.18.0.1:10000"}}
            tunnels:
              t0: {mode: static, peer: p0, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.0}}
            """;

    @BeforeEach
    void host() throws Exception {
        FakeHost.reset();
    }

    private static Run pull() {
        return ipipou("pull", "--repo", "https://git.example.net/net.git", "--path", "hosts/hub.yaml");
    }

    private static JsonNode json() throws Exception {
        return new ObjectMapper().readTree(ipipou("status", "--json").out()).path("source");
    }

    @Test
    void withoutARepositoryNoneIsShown() throws Exception {
        assertThat(ipipou("status").out()).isEqualTo("No tunnels.\n");
        assertThat(json().isMissingNode()).isTrue();
    }

    @Test
    void theRevisionInForceTheRejectedOneAndTheLastErrorAreShown() throws Exception {
        source().commit("a1b2c3d4", FILE, ScriptedSource.TRUSTED);
        assertThat(pull().status()).isZero();
        source().commit("bad00000", "apiVersion: ipipou/v2\n", ScriptedSource.UNTRUSTED);
        assertThat(pull().status()).isEqualTo(78);
        source().fail("git.example.net: no route to host");
        assertThat(pull().status()).isEqualTo(1);

        String text = ipipou("status").out();
        assertThat(text).contains("t0 ", "up");
        assertThat(text.lines().toList())
                .contains(
                        "Follows hosts/hub.yaml in https://git.example.net/net.git, branch or tag main.",
                        "  in force      a1b2c3d4 by Alice <alice@example.net>, 2026-11-25T03:00:00Z,"
                                + " signed by alice@example.net")
                .anyMatch(line -> line.startsWith("  rejected      bad00000 by Alice")
                        && line.endsWith("signature not trusted: the key is not known"))
                .anyMatch(line -> line.contains("hosts/hub.yaml@bad0000:1:13: apiVersion"))
                .anyMatch(line -> line.startsWith("  last contact  20"))
                .anyMatch(
                        line -> line.matches("  last error    since 20.*, ongoing: git.example.net: no route to host"));
        assertThat(json().path("in_force").path("revision").asText()).isEqualTo("a1b2c3d4");
        assertThat(json().path("in_force").path("signature").path("status").asText())
                .isEqualTo("trusted");
        assertThat(json().path("in_force").path("since").asText()).startsWith("20");
        assertThat(json().path("refused").path("reason").asText()).contains("apiVersion");
        assertThat(json().path("last_error").path("message").asText()).contains("no route to host");

        source().recover();
        source().setHead("a1b2c3d4");
        assertThat(pull().status()).isZero();
        assertThat(json().path("refused").isNull()).isTrue();
        assertThat(ipipou("status").out()).containsPattern("last error    since 20.* until 20");
    }

    @Test
    void withoutADefaultFileTheRevisionInForceCounts() throws Exception {
        source().commit("a1b2c3d4", FILE);
        assertThat(pull().status()).isZero();
        assertThat(ipipou("drift").status()).isZero();
        assertThat(ipipou("plan").out()).contains("The host matches hub.yaml@a1b2c3d.");
        FakeHost.kernel().linkDelete(new LinkName("t0"));
        assertThat(ipipou("drift").status()).isEqualTo(2);
        assertThat(ipipou("apply").status()).isZero();
        assertThat(FakeHost.tunnels()).containsExactly("t0");
    }

    @Test
    void aPullOfAnotherRepositoryThatFailsChangesNothingAboutWhatIsInForce() throws Exception {
        source().commit("a1b2c3d4", FILE);
        assertThat(pull().status()).isZero();
        source().fail("no such repository");
        Run mistyped = ipipou("pull", "--repo", "https://git.example.net/ent.git", "--path", "hosts/hub.yaml");
        assertThat(mistyped.status()).isEqualTo(1);
        assertThat(mistyped.err()).contains("hosts/hub.yaml@a1b2c3d of https://git.example.net/net.git stays in force");
        assertThat(ipipou("plan").out()).contains("The host matches hub.yaml@a1b2c3d.");
        assertThat(ipipou("status").out().lines().toList())
                .contains("Follows hosts/hub.yaml in https://git.example.net/ent.git, branch or tag main.")
                .contains("                from hosts/hub.yaml in https://git.example.net/net.git, branch or tag main")
                .anyMatch(line -> line.startsWith("  in force      a1b2c3d4 by Alice"));
        assertThat(json().path("in_force").path("repo").asText()).isEqualTo("https://git.example.net/net.git");

        source().recover();
        assertThat(pull().status()).isZero();
        assertThat(ipipou("status").out()).doesNotContain("ent.git").contains("in force      a1b2c3d4 by Alice");
    }

    @Test
    void stateThatCannotBeReadIsANote() throws Exception {
        source().commit("a1b2c3d4", FILE);
        assertThat(pull().status()).isZero();
        Files.writeString(Directories.state().resolve("source/good.json"), "{");
        Run run = ipipou("status");
        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("good.json cannot be read");
    }
}
