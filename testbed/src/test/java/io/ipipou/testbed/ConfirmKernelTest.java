package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An apply that breaks the tunnel that the operator uses, with real processes, terminals and packets. */
class ConfirmKernelTest extends ConfirmLab {

    @Test
    void rollsBackWithoutTheTerminalItWasStartedFrom() throws IOException {
        String shell =
                String.join(" ", command("apply", "--confirm-within", "5s", broken.toString())) + "; exec sleep 1000";
        Background terminal = Background.start(List.of("setsid", "sh", "-c", shell));
        terminal.awaitLine("Will be rolled back in 5 s.");
        terminal.killSession();
        awaitNoJournal();
        assertHostMatchesTheGoodFile();
        Cli.Result late = ipipou("confirm");
        assertThat(late.status()).isEqualTo(1);
        assertThat(late.output())
                .contains("nothing to confirm; the last guard reported: ")
                .containsPattern("rolled back and verified the apply of process \\d+: it was not confirmed within 5 s");
    }

    @Test
    void whatIsConfirmedInTimeStays() throws IOException {
        ipipou("apply", broken.toString());
        // As a process, so that the guard sees it end, also when all is over before the guard reads the journal again.
        Command.run(command("apply", "--confirm-within", "5m", good.toString()));
        long guard = guard();
        Cli.Result confirm = ipipou("confirm");
        assertThat(confirm.status()).as(confirm.output()).isZero();
        Wait.until("the guard has ended", () -> ProcessHandle.of(guard).isEmpty());
        assertHostMatchesTheGoodFile();
    }

    @Test
    void untilItIsConfirmedNothingElseIsAppliedAndRollbackNeedsNoWaiting() {
        assertThat(ipipou("apply", "--confirm-within", "1h", broken.toString()).status())
                .isZero();
        assertThat(left.reaches(FAR)).as("through the broken tunnel").isFalse();
        assertThat(ipipou("plan", good.toString()).output())
                .containsPattern(
                        "note: an apply \\(process \\d+\\) awaits confirmation and will be rolled back in \\d+ s");
        for (String command : List.of("apply", "destroy")) {
            Cli.Result refused = ipipou(command, good.toString());
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.output()).contains("nothing was changed: run ipipou confirm or ipipou rollback first");
        }
        Cli.Result rollback = ipipou("rollback");
        assertThat(rollback.status()).as(rollback.output()).isZero();
        assertHostMatchesTheGoodFile();
    }

    @Test
    void aProbeThatFailsRollsBackAndOneThatSucceedsConfirms() {
        String probe = "ping -c 1 -W 2 " + FAR;
        Cli.Result failed = ipipou("apply", "--probe", "true", "--probe", probe, broken.toString());
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.output())
                .contains("the probe '" + probe + "' failed with exit status 1")
                .contains("1 packets transmitted, 0 received")
                .contains("rolled back and verified: the previous state is restored");
        assertHostMatchesTheGoodFile();

        ipipou("apply", broken.toString());
        Cli.Result succeeded = ipipou("apply", "--probe", "true", "--probe", probe, good.toString());
        assertThat(succeeded.status()).as(succeeded.output()).isZero();
        assertThat(succeeded.output()).contains("Confirmed by 2 probes.");
        assertThat(JOURNAL).doesNotExist();
        assertHostMatchesTheGoodFile();
    }

    @Test
    void aProbeThatHangsIsKilledWithItsChildrenAndRollsBack() {
        Cli.Result run = ipipou("apply", "--confirm-within", "3s", "--probe", "sleep 4321 & wait", broken.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.output())
                .contains("the probe 'sleep 4321 & wait' timed out")
                .contains("rolled back and verified");
        assertHostMatchesTheGoodFile();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(line -> line.contains("sleep 4321"));
    }

    @Test
    void anApplyThatIsKilledHalfwayIsRolledBackAtOnce() throws IOException {
        StringBuilder peers = new StringBuilder("apiVersion: ipipou/v1\npeers:\n");
        StringBuilder tunnels = new StringBuilder("tunnels:\n");
        IntStream.range(1, 200).forEach(i -> {
            peers.append("  p%d: {endpoint: \"198.18.0.%d:10000\"}%n".formatted(i, i));
            tunnels.append(
                    "  t%1$d: {mode: static, peer: p%1$d, local: {device: eth0, port: %2$d}, inner: {address: 172.28.%1$d.1}}%n"
                            .formatted(i, 11000 + i));
        });
        Path many = Files.writeString(directory.resolve("many.yaml"), peers.append(tunnels));
        Background apply = Background.start(command("apply", "--confirm-within", "10m", many.toString()));
        Wait.until("the journal is there", () -> Files.exists(JOURNAL));
        apply.kill();
        awaitNoJournal();
        assertHostMatchesTheGoodFile();
    }

    @Test
    void planReportsADeadGuardAndRollbackWorksWithoutIt() throws IOException {
        ipipou("apply", "--confirm-within", "1h", broken.toString());
        long guard = guard();
        ProcessHandle.of(guard).orElseThrow().destroyForcibly();
        Wait.until("the guard has ended", () -> ProcessHandle.of(guard).isEmpty());
        assertThat(ipipou("plan", good.toString()).output())
                .containsPattern("note: an apply \\(process \\d+\\) awaits confirmation, but its guard \\(process "
                        + guard + "\\) is gone");
        assertThat(ipipou("rollback").status()).isZero();
        assertHostMatchesTheGoodFile();
    }

    @Test
    void aGuardThatIsTerminatedRollsBackFirst() throws IOException {
        ipipou("apply", "--confirm-within", "1h", broken.toString());
        ProcessHandle.of(guard()).orElseThrow().destroy();
        awaitNoJournal();
        assertHostMatchesTheGoodFile();
    }

    @Test
    void nothingIsChangedWhenTheDiskIsFullOrReadOnly() throws IOException {
        String full = "No space left on device";
        String readOnly = "Read-only file system";
        withStateOn("size=4k", () -> {
            Files.write(STATE.resolve("fills-the-disk"), new byte[4096]);
            assertRefused(full, ipipou("apply", broken.toString()));
            assertRefused(full, process("apply", "--confirm-within", "1h", broken.toString()));
        });
        withStateOn("ro", () -> {
            assertRefused(readOnly, ipipou("apply", broken.toString()));
            assertRefused(readOnly, process("apply", "--probe", "true", broken.toString()));
        });
        assertHostMatchesTheGoodFile();
    }

    private interface Task {
        void run() throws IOException;
    }

    /** Runs the task with the state directory on a file system in memory that has these mount options. */
    private static void withStateOn(String options, Task task) throws IOException {
        Command.run(List.of("mount", "-t", "tmpfs", "-o", options, "none", STATE.toString()));
        try {
            task.run();
        } finally {
            Wait.until(
                    "no guard uses the state directory",
                    () -> Command.tryRun(List.of("umount", STATE.toString()), "")
                                    .status()
                            == 0);
        }
    }

    /** In a process of its own: a guard waits for its apply to end, and uses the state directory until then. */
    private Cli.Result process(String... arguments) {
        Command.Result result = Command.tryRun(command(arguments), "");
        return new Cli.Result(result.status(), "", result.output());
    }

    private static void assertRefused(String reason, Cli.Result run) {
        assertThat(run.status()).as(run.output()).isEqualTo(1);
        assertThat(run.err().lines().filter(line -> line.startsWith("ipipou: ")))
                .singleElement()
                .asString()
                .contains(reason, "; nothing was changed");
    }

    @Test
    void aSavedPlanIsAppliedUnchangedOrNotAtAll() {
        String plan = directory.resolve("plan").toString();
        assertThat(ipipou("plan", "--out", plan, broken.toString()).status()).isZero();
        left.ip("route", "del", "10.2.0.0/16");
        Cli.Result refused = ipipou("apply", plan);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output())
                .contains("has changed since the plan was saved (run ipipou plan again)")
                .contains("route.10.2.0.0/16: not in the saved plan, but would change now");
        assertThat(ipipou("apply", good.toString()).status()).isZero();
        assertThat(left.reaches(FAR)).isTrue();

        Cli.Result applied = ipipou("apply", plan);
        assertThat(applied.status()).as(applied.output()).isZero();
        assertThat(left.reaches(FAR))
                .as("through the tunnel that the plan breaks")
                .isFalse();
        assertThat(ipipou("plan", "--detailed-exitcode", broken.toString()).status())
                .isZero();
        Cli.Result elsewhere = Cli.run(right, "apply", plan);
        assertThat(elsewhere.status()).isEqualTo(1);
        assertThat(elsewhere.output()).contains("in another network namespace");
    }
}
