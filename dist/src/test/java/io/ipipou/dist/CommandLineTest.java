package io.ipipou.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.cli.Ipipou;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of the distribution that need no kernel: arguments, files, exit codes, plugins. */
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
    void usageErrorsExitWith64AndPointToTheHelp() {
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
    void wrongDurationsAndPlanFilesAreUsageErrors() {
        for (String time : List.of("0", "120", "2 minutes", "-5s")) {
            assertThat(ipipou("apply", "--confirm-within", time)).satisfies(run -> {
                assertThat(run.status()).isEqualTo(64);
                assertThat(run.err()).contains("is not a duration (write 120s, 5m or 1h)");
            });
        }
        assertThat(ipipou("plan", "--out", directory.resolve("p").toString(), "-"))
                .satisfies(run -> {
                    assertThat(run.status()).isEqualTo(64);
                    assertThat(run.err()).contains("--out needs a FILE");
                });
    }

    @Test
    void helpAndVersionExitWith0() {
        assertThat(ipipou("--help").out())
                .contains("plan", "drift", "apply", "destroy", "validate", "status", "plugins", "schema");
        assertThat(ipipou("apply", "--help").status()).isZero();
        assertThat(ipipou("drift", "--help").out()).contains("2 if not", "--json");
        assertThat(ipipou("agent", "--help").out()).contains("--drift=repair|report");
        assertThat(ipipou("agent", "--drift", "ignore").status()).isEqualTo(64);
        assertThat(ipipou("apply", "--help").out()).contains("--confirm-within=TIME", "--probe=COMMAND");
        assertThat(ipipou("--help").out()).contains("confirm", "rollback").doesNotContain("guard");
        assertThat(ipipou("agent", "--help").out()).contains("--log=text|json");
        assertThat(ipipou("agent", "--log", "xml").status()).isEqualTo(64);
        assertThat(ipipou("--version").out()).startsWith("ipipou ");
    }

    @Test
    void aMissingOrInvalidFileExitsWith78AndNamesThePlace() throws IOException {
        assertThat(ipipou("validate", "/nowhere/tunnels.yaml").status()).isEqualTo(78);
        Path file = directory.resolve("t.yaml");
        Files.writeString(file, "apiVersion: ipipou/v1\ntunnels:\n  a/b: {mod: static}\n");
        Run run = ipipou("validate", file.toString());
        assertThat(run.status()).isEqualTo(78);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains(
                        "ipipou: " + file + ":3:3: tunnels.\"a/b\": 'a/b' is not an interface name",
                        "mod: unknown setting (did you mean mode?)");
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
                        "backend netlink",
                        "backend iproute2",
                        "auth token",
                        "auth ed25519",
                        "auth address",
                        "source git");
    }

    @Test
    void gitAddressesAreAConfigurationMistake() {
        assertThat(ipipou("pull", "--repo", "git://git.example.net/net.git")).satisfies(run -> {
            assertThat(run.status()).isEqualTo(78);
            assertThat(run.err()).contains("ssh://USER@git.example.net/net.git", "https://git.example.net/net.git");
        });
    }

    @Test
    void metricsAreServedOnlyToThisHost() {
        assertThat(ipipou("agent", "--help").out()).contains("--metrics=ADDRESS:PORT|SOCKET");
        for (String address : List.of("0.0.0.0:9786", "192.0.2.1:9786")) {
            assertThat(ipipou("agent", "--metrics", address)).satisfies(run -> {
                assertThat(run.status()).isEqualTo(64);
                assertThat(run.err()).contains(address, "other hosts could connect", "127.0.0.1:9786");
            });
        }
        assertThat(ipipou("agent", "--metrics", "metrics").status()).isEqualTo(64);
    }

    @Test
    void withLogJsonErrorsAtStartAreJson() throws Exception {
        Path file = Files.writeString(directory.resolve("t.yaml"), "apiVersion: ipipou/v2\ntunnels: {}\n");
        Run run = runProcess(directory, "", "agent", "--log", "json", file.toString());
        assertThat(run.status()).isEqualTo(78);
        assertThat(run.err().lines()).isNotEmpty().allSatisfy(line -> assertThat(line)
                .startsWith("{\"time\":\"")
                .contains("\"level\":\"error\"", "apiVersion")
                .endsWith("\"}"));
    }

    @Test
    void aSealedSecretIsAValueOfTheFile() throws Exception {
        Path key = directory.resolve("seal.key");
        assertThat(seal(key, "", "auth.laptop.secret").err()).contains(key + ": no such file", "--new-key");
        Run made = seal(key, "", "--new-key");
        assertThat(made.status()).isZero();
        assertThat(seal(key, "", "--new-key").err()).contains("already exists");
        assertThat(seal(key, "").out()).isEqualTo(made.out());
        assertThat(seal(key, "hunter2", "secret").status()).isEqualTo(64);
        assertThat(seal(key, "", "auth.laptop.token").status()).isEqualTo(64);
        assertThat(seal(key, "hunter2", "auth.laptop.privatekey")).satisfies(run -> {
            assertThat(run.status()).isEqualTo(64);
            assertThat(run.err()).contains("auth.laptop.privatekey: unknown setting (did you mean privateKey?)");
        });
        assertThat(seal(key, "hunter2", "auth.laptop.remotePublicKey").err()).contains("not a secret");
        assertThat(seal(key, "hunter2 \n", "auth.laptop.token").err())
                .contains("warning: the secret ends with a space");
        assertThat(seal(key, "hunter2", "--to", "Labrador", "auth.laptop.token"))
                .satisfies(run -> {
                    assertThat(run.status()).isEqualTo(1);
                    assertThat(run.err()).contains("--to").doesNotContain("Labrador");
                });
        Run sealed =
                seal(directory.resolve("none"), "hunter2\n", "--to", made.out().strip(), "auth.laptop.token");
        assertThat(sealed.err()).isEmpty();
        Path file = Files.writeString(
                directory.resolve("t.yaml"), """
                apiVersion: ipipou/v1
                auth: {laptop: {scheme: token, token: %s}}
                tunnels: {}
                """.formatted(sealed.out().strip()));
        assertThat(runProcess(key, "", "validate", file.toString()).status()).isZero();
        Files.writeString(file, Files.readString(file).replace("laptop", "camera"));
        assertThat(runProcess(key, "", "validate", file.toString())).satisfies(run -> {
            assertThat(run.status()).isEqualTo(78);
            assertThat(run.err()).contains("auth.camera.token.sealed: cannot be opened with the key");
        });
    }

    private static Run seal(Path key, String input, String... arguments) throws Exception {
        return runProcess(
                key,
                input,
                Stream.concat(Stream.of("seal"), Stream.of(arguments)).toArray(String[]::new));
    }

    /** In another process, with its own key for sealed secrets. */
    private static Run runProcess(Path key, String input, String... arguments) throws Exception {
        List<String> command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Ipipou.class.getName()),
                        Stream.of(arguments))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("IPIPOU_SEAL_KEY", key.toString());
        Process process = builder.start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, err);
    }

    @Test
    void aBrokenPluginJarIsReportedAndTheOthersLoad() throws IOException {
        Files.writeString(directory.resolve("broken.jar"), "not a jar");
        Run run = ipipou("plugins", "--plugin-path", directory.toString());
        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("broken.jar: not a readable jar");
        assertThat(run.out()).contains("netlink");
    }
}
