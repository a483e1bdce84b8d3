package io.ipipou.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.cli.Ipipou;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no kernel: arguments, files, exit codes, and what the distribution brings. */
class CommandLineTest {

    @TempDir
    Path directory;

    private record Run(int status, String out, String err) {}

    private static Run ipipou(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Ipipou.run(arguments, new PrintWriter(out), new PrintWriter(err));
        assertThat(err.toString()).doesNotContain("Exception", "\tat ");
        return new Run(status, out.toString(), err.toString());
    }

    @Test
    void usageMistakesExitWith64AndSayWhereHelpIs() {
        assertThat(ipipou().status()).isEqualTo(64);
        assertThat(ipipou("frobnicate").status()).isEqualTo(64);
        assertThat(ipipou("plan", "--colour")).satisfies(run -> {
            assertThat(run.status()).isEqualTo(64);
            assertThat(run.err()).contains("--colour", "ipipou plan --help");
            assertThat(run.out()).isEmpty();
        });
        assertThat(ipipou("plan", "--backend", "carrier-pigeon", "../examples/site-to-site/left.yaml"))
                .satisfies(run -> {
                    assertThat(run.status()).isEqualTo(64);
                    assertThat(run.err()).contains("carrier-pigeon", "netlink", "iproute2");
                });
    }

    @Test
    void helpAndVersionExitWith0() {
        assertThat(ipipou("--help").out())
                .contains("plan", "drift", "apply", "destroy", "validate", "status", "plugins", "schema");
        assertThat(ipipou("apply", "--help").status()).isZero();
        assertThat(ipipou("drift", "--help").out()).contains("exits with 2", "--json");
        assertThat(ipipou("agent", "--help").out()).contains("--drift=repair|report");
        assertThat(ipipou("agent", "--drift", "ignore").status()).isEqualTo(64);
        assertThat(ipipou("--version").out()).startsWith("ipipou ");
    }

    @Test
    void aMissingFileOrABrokenOneExitsWith78AndNamesThePlace() throws IOException {
        assertThat(ipipou("validate", "/nowhere/tunnels.yaml").status()).isEqualTo(78);
        Path file = directory.resolve("t.yaml");
        Files.writeString(file, "apiVersion: ipipou/v1\ntunnels:\n  a/b: {mod: static}\n");
        Run run = ipipou("validate", file.toString());
        assertThat(run.status()).isEqualTo(78);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains(
                        "ipipou: " + file + ":3:3: tunnels.\"a/b\": is no interface name",
                        "mod: unknown key (write mode)");
    }

    @ParameterizedTest
    @ValueSource(strings = "../README.md")
    void everyYamlBlockOfTheDocumentationIsValid(Path document) throws IOException {
        List<String> blocks = Pattern.compile("(?s)```yaml\n(.*?)```")
                .matcher(Files.readString(document))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(blocks).isNotEmpty();
        for (String block : blocks) {
            Path file = Files.writeString(directory.resolve("block.yaml"), block);
            assertThat(ipipou("validate", file.toString()))
                    .extracting(Run::status)
                    .as(block)
                    .isEqualTo(0);
        }
    }

    @Test
    void everyExampleIsValid() throws IOException {
        try (var examples = Files.walk(Path.of("../examples"))) {
            assertThat(examples.filter(path -> path.toString().endsWith(".yaml"))
                            .toList())
                    .isNotEmpty()
                    .allSatisfy(path -> assertThat(
                                    ipipou("validate", path.toString()).status())
                            .isZero());
        }
    }

    @Test
    void theSchemaInTheRepositoryIsTheOneOfTheBuiltInPlugins() throws IOException {
        assertThat(ipipou("schema").out()).isEqualTo(Files.readString(Path.of("../schema/tunnels.schema.json")));
    }

    @Test
    void thePluginsOfTheDistributionAreListed() {
        assertThat(ipipou("plugins").out().lines().map(line -> line.split(" +")[0] + " " + line.split(" +")[1]))
                .containsExactlyInAnyOrder(
                        "backend netlink", "backend iproute2", "auth token", "auth ed25519", "auth address");
    }

    @Test
    void aBrokenPluginJarIsAMessageAndTheRestGoesOn() throws IOException {
        Files.writeString(directory.resolve("broken.jar"), "not a jar");
        Run run = ipipou("plugins", "--plugin-path", directory.toString());
        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("broken.jar: not a readable jar");
        assertThat(run.out()).contains("netlink");
    }
}
