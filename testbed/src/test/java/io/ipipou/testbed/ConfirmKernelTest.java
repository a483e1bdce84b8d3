package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.cli.Ipipou;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An apply that breaks the tunnel it was made through, with processes, terminals and packets as they are. */
class ConfirmKernelTest {

    private static final String FAR = "10.2.0.1";
    private static final Path JOURNAL = Path.of("/var/lib/ipipou/journal");
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final Duration INTERVAL = Duration.ofMillis(10);

    /** Of the two hosts; %3$d is where the left one takes the right one's port to be. */
    private static final String TUNNEL = """
            apiVersion: ipipou/v1
            peers: {far: {endpoint: "203.0.113.%2$d:%3$d"}}
            tunnels:
              ipipou0:
                mode: static
                peer: far
                local: {device: eth0, port: 10000}
                inner: {address: 172.28.0.%1$d, peer: 172.28.0.%2$d}
                routes: [10.%2$d.0.0/16]
            """;

    @TempDir
    Path directory;

    private NetworkNamespace left;
    private NetworkNamespace right;
    private Path good;
    private Path broken;

    private record Run(int status, String output) {}

    @BeforeEach
    void aTunnelThatWorks() throws IOException {
        left = NetworkNamespace.create("left");
        right = NetworkNamespace.create("right");
        left.ip("link", "add", "name", "eth0", "type", "veth", "peer", "name", "eth0", "netns", right.name());
        for (NetworkNamespace host : List.of(left, right)) {
            int own = host == left ? 1 : 2;
            host.ip("link", "set", "dev", "lo", "up");
            host.ip("link", "set", "dev", "eth0", "up");
            host.ip("addr", "add", "203.0.113." + own + "/24", "dev", "eth0");
            host.ip("addr", "add", "10." + own + ".0.1/16", "dev", "lo");
        }
        good = Files.writeString(directory.resolve("good.yaml"), TUNNEL.formatted(1, 2, 10000));
        broken = Files.writeString(directory.resolve("broken.yaml"), TUNNEL.formatted(1, 2, 10009));
        Path far = Files.writeString(directory.resolve("right.yaml"), TUNNEL.formatted(2, 1, 10000));
        assertThat(ipipou(right, "apply", far.toString()).status()).isZero();
        assertThat(ipipou("apply", good.toString()).status()).isZero();
        assertThat(farAnswers()).isTrue();
    }

    @AfterEach
    void cleanUp() {
        left.close();
        right.close();
    }

    /** As a process of its own, on the left. */
    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", left.name(), Distribution.LAUNCHER));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Run ipipou(NetworkNamespace host, String... arguments) {
        return host.call(() -> {
            StringWriter output = new StringWriter();
            int status = Ipipou.run(arguments, new PrintWriter(output), new PrintWriter(output));
            return new Run(status, output.toString());
        });
    }

    private Run ipipou(String... arguments) {
        return ipipou(left, arguments);
    }

    private boolean farAnswers() {
        return left.call(() -> Command.tryRun(List.of("ping", "-c", "1", "-W", "1", FAR), ""))
                        .status()
                == 0;
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time: " + what).isLessThan(end);
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }

    /** The guard's process, from the journal. */
    private long guard() throws IOException {
        Matcher number = Pattern.compile("\"guard\":\\{\"number\":(\\d+)").matcher(Files.readString(JOURNAL));
        assertThat(number.find()).isTrue();
        return Long.parseLong(number.group(1));
    }

    private void assertAsBefore() {
        assertThat(ipipou("plan", "--detailed-exitcode", good.toString()))
                .satisfies(plan -> assertThat(plan.status()).as(plan.output()).isZero())
                .extracting(Run::output)
                .asString()
                .startsWith("No changes.");
    }

    @Test
    void whereTheTerminalIsKilledItRollsBackByItself() throws IOException {
        String shell =
                String.join(" ", command("apply", "--confirm-within", "40s", broken.toString())) + "; exec sleep 1000";
        Background terminal = Background.start(List.of("setsid", "sh", "-c", "echo session $$; " + shell));
        terminal.awaitLine("Will be rolled back in 40 s.");
        assertThat(farAnswers()).as("through the tunnel that was broken").isFalse();
        terminal.killSession();
        assertThat(ipipou("plan", good.toString()).output())
                .containsPattern(
                        "note: an apply \\(process \\d+\\) awaits confirmation and will be rolled back in \\d+ s");
        for (String command : List.of("apply", "destroy")) {
            assertThat(ipipou(command, good.toString())).satisfies(refused -> {
                assertThat(refused.status()).isEqualTo(1);
                assertThat(refused.output())
                        .contains("nothing was changed: run ipipou confirm or ipipou rollback first");
            });
        }
        await("the far end answers again", this::farAnswers);
        await("the journal is gone", () -> !Files.exists(JOURNAL));
        assertAsBefore();
        Run late = ipipou("confirm");
        assertThat(late.status()).isEqualTo(1);
        assertThat(late.output())
                .contains("nothing to confirm; the last guard reported: ")
                .containsPattern(
                        "rolled back and verified the apply of process \\d+: it was not confirmed within 40 s");
    }

    @Test
    void whatIsConfirmedInTimeStays() throws IOException {
        ipipou("apply", broken.toString());
        // A process of its own: the guard sees its end, also where all is over before its next look at the journal.
        Command.run(command("apply", "--confirm-within", "5m", good.toString()));
        long guard = guard();
        Run confirm = ipipou("confirm");
        assertThat(confirm.status()).as(confirm.output()).isZero();
        await("the guard ends", () -> ProcessHandle.of(guard).isEmpty());
        assertThat(farAnswers()).isTrue();
        assertAsBefore();
    }

    @Test
    void rollbackDoesNotWaitForTheTimeToBeOver() {
        assertThat(ipipou("apply", "--confirm-within", "1h", broken.toString()).status())
                .isZero();
        Run rollback = ipipou("rollback");
        assertThat(rollback.status()).as(rollback.output()).isZero();
        assertThat(farAnswers()).isTrue();
        assertAsBefore();
    }

    @Test
    void aProbeThatFailsRollsBackAndOneThatSucceedsConfirms() {
        String probe = "ping -c 1 -W 2 " + FAR;
        Run failed = ipipou("apply", "--probe", "true", "--probe", probe, broken.toString());
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.output())
                .contains("the probe '" + probe + "' failed with exit status 1")
                .contains("1 packets transmitted, 0 received")
                .contains("rolled back and verified: the host is as it was before");
        assertThat(farAnswers()).isTrue();
        assertAsBefore();

        ipipou("apply", broken.toString());
        Run succeeded = ipipou("apply", "--probe", "true", "--probe", probe, good.toString());
        assertThat(succeeded.status()).as(succeeded.output()).isZero();
        assertThat(succeeded.output()).contains("Confirmed by 2 probes.");
        assertThat(JOURNAL).doesNotExist();
        assertAsBefore();
    }

    @Test
    void aProbeThatHangsRollsBackAndIsEndedWithAllThatItStarted() {
        Run run = ipipou("apply", "--confirm-within", "3s", "--probe", "sleep 4321 & wait", broken.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.output())
                .contains("the probe 'sleep 4321 & wait' timed out")
                .contains("rolled back and verified");
        assertThat(farAnswers()).isTrue();
        assertAsBefore();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(line -> line.contains("sleep 4321"));
    }

    @Test
    void anApplyThatIsKilledHalfWayIsRolledBackAtOnce() throws IOException {
        StringBuilder peers = new StringBuilder("apiVersion: ipipou/v1\npeers:\n");
        StringBuilder tunnels = new StringBuilder("tunnels:\n");
        IntStream.range(1, 200).forEach(i -> {
            peers.append("  p%d: {endpoint: \"198.18.0.%d:10000\"}%n".formatted(i, i));
            tunnels.append(
                    "  t%1$d: {mode: static, peer: p%1$d, local: {device: eth0, port: %2$d}, inner: {address: 172.28.%1$d.1}}%n"
                            .formatted(i, 11000 + i));
        });
        String many = peers.append(tunnels).toString();
        Path file = Files.writeString(directory.resolve("many.yaml"), many);
        Background apply = Background.start(command("apply", "--confirm-within", "10m", file.toString()));
        await("the journal is there", () -> Files.exists(JOURNAL));
        apply.kill();
        await("the journal is gone", () -> !Files.exists(JOURNAL));
        assertThat(farAnswers()).isTrue();
        assertAsBefore();
    }

    @Test
    void aGuardThatDiedIsNoticedAndRollbackSettles() throws IOException {
        ipipou("apply", "--confirm-within", "1h", broken.toString());
        long guard = guard();
        ProcessHandle.of(guard).orElseThrow().destroyForcibly();
        await("the guard ends", () -> ProcessHandle.of(guard).isEmpty());
        assertThat(ipipou("plan", good.toString()).output())
                .containsPattern("note: an apply \\(process \\d+\\) awaits confirmation, but its guard \\(process "
                        + guard + "\\) is gone");
        assertThat(ipipou("rollback").status()).isZero();
        assertThat(farAnswers()).isTrue();
        assertAsBefore();
    }

    @Test
    void aGuardThatIsToldToEndRollsBackFirst() throws IOException {
        ipipou("apply", "--confirm-within", "1h", broken.toString());
        ProcessHandle.of(guard()).orElseThrow().destroy();
        await("the journal is gone", () -> !Files.exists(JOURNAL));
        assertThat(farAnswers()).isTrue();
        assertAsBefore();
    }

    @Test
    void whereTheDiskIsFullOrReadOnlyNothingIsChangedAndThatIsTold() throws IOException {
        Path full = Files.createDirectory(directory.resolve("full"));
        Command.run(List.of("mount", "-t", "tmpfs", "-o", "size=4k", "none", full.toString()));
        Path readOnly = Files.createDirectory(directory.resolve("readonly"));
        Command.run(List.of("mount", "-t", "tmpfs", "-o", "ro", "none", readOnly.toString()));
        try {
            Files.write(full.resolve("all"), new byte[4096]);
            assertRefused(full, "No space left on device", "apply", broken.toString());
            assertRefused(full, "No space left on device", "apply", "--confirm-within", "1h", broken.toString());
            assertRefused(readOnly, "Read-only file system", "apply", broken.toString());
            assertRefused(readOnly, "Read-only file system", "apply", "--probe", "true", broken.toString());
        } finally {
            Command.run(List.of("umount", full.toString(), readOnly.toString()));
        }
    }

    private void assertRefused(Path state, String why, String... arguments) {
        List<String> command = new ArrayList<>(command(arguments));
        command.addAll(command.indexOf(left.name()) + 1, List.of("env", "IPIPOU_STATE_DIR=" + state));
        Command.Result run = Command.tryRun(command, "");
        assertThat(run.status()).as(run.output()).isEqualTo(1);
        assertThat(run.output().lines().filter(line -> line.startsWith("ipipou: ")))
                .singleElement()
                .asString()
                .contains(why, "; nothing was changed");
        assertThat(farAnswers()).isTrue();
        assertAsBefore();
    }

    @Test
    void aSavedPlanIsCarriedOutAsItIsOrNotAtAll() {
        String plan = directory.resolve("plan").toString();
        assertThat(ipipou("plan", "--out", plan, broken.toString()).status()).isZero();
        left.ip("route", "del", "10.2.0.0/16");
        Run refused = ipipou("apply", plan);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output())
                .contains("has changed since the plan was made (plan again)")
                .contains("route.10.2.0.0/16: was not to change, and now is");
        assertThat(ipipou("apply", good.toString()).status()).isZero();
        assertThat(farAnswers()).isTrue();

        Run applied = ipipou("apply", plan);
        assertThat(applied.status()).as(applied.output()).isZero();
        assertThat(farAnswers()).as("through the tunnel that the plan breaks").isFalse();
        assertThat(ipipou("plan", "--detailed-exitcode", broken.toString()).status())
                .isZero();
        Run elsewhere = ipipou(right, "apply", plan);
        assertThat(elsewhere.status()).isEqualTo(1);
        assertThat(elsewhere.output()).contains("in another network namespace");
    }
}
